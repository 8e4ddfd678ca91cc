import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, visit } from 'yaml';
import { EditFault, elementIndex, type TextEdit, throughScalar } from './apply-text-edits.js';
import type { Json } from './json.js';
import { pointerTokens } from './json-pointer.js';
import { type YamlLayout } from './yaml-layout.js';
import { newYamlNode, newYamlPair, quoteHostile } from './yaml-node.js';
import { YamlMembers } from './yaml-members.js';

/** The text written anew from its parsed form, which is changed; `undefined` when an edit leads through an alias. */
export function editYamlDocument(
  document: Document.Parsed,
  edits: readonly TextEdit[],
  layout: YamlLayout,
): string | undefined {
  const editor = new DocumentEditor(document);
  for (const edit of edits) if (!editor.apply(edit)) return undefined;
  quoteHostile(document);
  const text = document.toString({
    lineWidth: 0,
    indent: layout.unit.length,
    flowCollectionPadding: layout.hasFlowPadding,
    indentSeq: layout.isSequenceIndented,
  });
  return layout.lineEnd === '\n' ? text : text.replaceAll('\n', layout.lineEnd);
}

/** Every alias replaced by what it stands for, so that one place can be changed without the others. */
export function withoutAliases(document: Document.Parsed): Document.Parsed {
  visit(document, {
    Alias: (_key, alias) => newYamlNode(document, alias.toJS(document, { maxAliasCount: -1 }) as Json),
  });
  visit(document, {
    Node: (_key, node) => {
      if ('anchor' in node) delete node.anchor;
    },
  });
  return document;
}

class DocumentEditor {
  readonly #members = new YamlMembers();

  constructor(private readonly document: Document.Parsed) {}

  apply(edit: TextEdit): boolean {
    const { pointer } = edit;
    const tokens = pointerTokens(pointer);
    const last = tokens.pop();
    if (last === undefined) {
      if ('remove' in edit) throw new EditFault('', 'the whole document cannot be removed');
      this.#replaceRoot(newYamlNode(this.document, edit.value));
      return true;
    }
    if (this.document.contents === null || isEmpty(this.document.contents))
      this.#replaceRoot(this.#emptyMap(this.document.contents));
    let parent: Node = this.document.contents as Node;
    for (const token of tokens) {
      let child = this.#childOf(parent, token, pointer);
      if (isAlias(child)) return false;
      if (child === undefined || isEmpty(child)) {
        if ('remove' in edit) return true;
        child = this.#emptyMap(child);
        this.#put(parent, token, child, pointer);
      }
      parent = child;
    }
    if ('remove' in edit) this.#take(parent, last, pointer);
    else this.#put(parent, last, newYamlNode(this.document, edit.value), pointer);
    return true;
  }

  #replaceRoot(node: Node): void {
    this.document.contents = node as Document.Parsed['contents'];
  }

  #emptyMap(before: Node | null | undefined): Node {
    const map = newYamlNode(this.document, {});
    const comment = before?.comment ?? before?.commentBefore;
    if (comment) map.commentBefore = comment;
    return map;
  }

  #childOf(parent: Node, token: string, pointer: string): Node | undefined {
    if (isMap(parent)) return this.#members.find(parent, token)?.value ?? undefined;
    if (!isSeq(parent)) throw throughScalar(pointer);
    return parent.items[elementIndex(token, parent.items.length, pointer)] as Node | undefined;
  }

  #put(parent: Node, token: string, value: Node, pointer: string): void {
    if (isMap(parent)) {
      const pair = this.#members.find(parent, token);
      if (pair === undefined) this.#members.add(parent, token, newYamlPair(this.document, token, value));
      else pair.value = keepingComment(pair.value, value);
    } else if (isSeq(parent)) {
      const index = elementIndex(token, parent.items.length, pointer);
      parent.items[index] = keepingComment(parent.items[index], value);
    } else {
      throw throughScalar(pointer);
    }
  }

  #take(parent: Node, token: string, pointer: string): void {
    if (isMap(parent)) this.#members.remove(parent, token);
    else if (isSeq(parent)) parent.items.splice(elementIndex(token, parent.items.length, pointer), 1);
    else throw throughScalar(pointer);
  }
}

/** Nothing, or `null`: an object can stand there. */
function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

/** What is said beside a value is mostly said of its place. */
function keepingComment(before: unknown, value: Node): Node {
  if (!isNode(before) || before === value) return value;
  if (before.commentBefore) value.commentBefore = before.commentBefore;
  if (before.spaceBefore === true) value.spaceBefore = true;
  if (!before.comment) return value;
  if (isScalar(value)) value.comment = before.comment;
  else value.commentBefore = before.comment;
  return value;
}

import { parseDocument } from 'yaml';
import { applyTextEdits, EditFault, type TextEdit } from './apply-text-edits.js';
import { canonicalJson } from './canonical-json.js';
import { readYamlText } from './read-yaml-text.js';
import { editYamlDocument, withoutAliases } from './yaml-document-edits.js';
import { yamlLayoutOf } from './yaml-layout.js';
import { spliceYamlText } from './yaml-splices.js';

const PARSE_OPTIONS = { version: '1.2', schema: 'core', uniqueKeys: false, prettyErrors: false } as const;

/**
 * Changes places in a YAML text and keeps its comments and its order. Where it can, it replaces, puts in and takes out
 * whole values and lines, and every other character stays; else the text is written anew from its parsed form, which
 * keeps comments too but not every space. Each result is read back, and taken only when it says what was wanted.
 *
 * @param text valid YAML inside the content limits
 * @throws EditFault
 */
export function editYamlText(text: string, edits: readonly TextEdit[], maxDepth: number): string {
  const read = readYamlText(text, maxDepth);
  if (!read.ok) throw new EditFault(read.error.pointer, read.error.message);
  const wanted = canonicalJson(applyTextEdits(read.value, edits));
  const layout = yamlLayoutOf(text);
  const parsed = () => parseDocument(text, PARSE_OPTIONS);
  const ways = [
    () => spliceYamlText(text, parsed(), edits, layout),
    () => editYamlDocument(parsed(), edits, layout),
    () => editYamlDocument(withoutAliases(parsed()), edits, layout),
  ];
  for (const way of ways) {
    const edited = way();
    const again = edited === undefined ? undefined : readYamlText(edited, maxDepth);
    if (edited !== undefined && again?.ok === true && canonicalJson(again.value) === wanted) return edited;
  }
  throw new EditFault('', 'this text cannot be changed place by place; edit it by hand');
}

import {
  auditDiff,
  canonicalJson,
  compareContents,
  composeConfig,
  contentHash,
  explainLayers,
  explainOrigins,
  type JsonObject,
  type Layer,
  measureChange,
  recomposeConfig,
  type RecomposedConfig,
  TooMuchToExplain,
} from '@binnacle/domain';
import { parseContent } from '@binnacle/domain/parse-content';
import type {
  CompareAnswer,
  CompareTask,
  ContentAnswer,
  ContentTask,
  ExplainAnswer,
  ExplainTask,
  PrepareAnswer,
  PrepareTask,
  RecomposeTask,
} from './content-task.js';

const NOTHING = '{}';

/** Does a task, here or in another process. */
export function runContentTask(task: ContentTask): ContentAnswer {
  switch (task.kind) {
    case 'prepare':
      return prepare(task);
    case 'recompose':
      return recompose(task);
    case 'compare':
      return compare(task);
    case 'show':
      return compareContents(parsed(task.before ?? NOTHING), parsed(task.after));
    case 'explain':
      return explain(task);
  }
}

function prepare({ text, isParsed, format, limits }: PrepareTask): PrepareAnswer {
  const content = isParsed ? (JSON.parse(text) as unknown) : text;
  const result = parseContent(content, format, limits);
  if (!result.ok) return result;
  const canonical = canonicalJson(result.value);
  const source = isParsed ? readable(content, limits.maxBytes) : text;
  return { ok: true, canonical, hash: contentHash(canonical), source };
}

/** With indentation, unless it would be too long then to be sent again as a text. */
function readable(content: unknown, maxBytes: number): string {
  const indented = JSON.stringify(content, null, 2);
  return Buffer.byteLength(indented) <= maxBytes ? indented : JSON.stringify(content);
}

function recompose({ texts, pairs }: RecomposeTask): RecomposedConfig[] {
  const layers = texts.map((text): Layer => ({ label: '', content: parsed(text) }));
  const layersOf = (indexes: readonly number[]) => indexes.flatMap((index) => layers[index] ?? []);
  return pairs.map(({ before, after }) => recomposeConfig(layersOf(before), layersOf(after)));
}

function compare({ before, after, bounds }: CompareTask): CompareAnswer {
  const from = { content: parsed(before ?? NOTHING), canonical: before ?? NOTHING };
  const to = { content: parsed(after), canonical: after };
  return {
    change: measureChange(from, to, before !== undefined),
    diff: auditDiff(from.content, to.content, bounds),
  };
}

function explain(task: ExplainTask): ExplainAnswer {
  const layers = task.layers.map(({ canonical, ...layer }) => ({ ...layer, content: parsed(canonical) }));
  const { canonical, hash } = composeConfig(layers);
  try {
    const origins = JSON.stringify(explainOrigins(layers));
    return { ok: true, canonical, hash, layers: JSON.stringify(explainLayers(layers)), origins };
  } catch (error) {
    if (error instanceof TooMuchToExplain) return { ok: false, detail: error.message };
    throw error;
  }
}

function parsed(canonical: string): JsonObject {
  return JSON.parse(canonical) as JsonObject;
}

import { compareContents, type JsonObject, mergeLayers, planPromotion } from '@binnacle/domain';
import { editText } from '@binnacle/domain/edit-text';
import type { PromotionAnswer, PromotionTask } from './validator-task.js';

/** Plans a promotion and writes the text of the overlay that brings it about. */
export function runPromotion(task: Omit<PromotionTask, 'kind'>): PromotionAnswer {
  const { text, format, pointers } = task;
  const overlay = task.overlay === undefined ? {} : (JSON.parse(task.overlay) as JsonObject);
  const lower = merged(task.lower);
  const current = mergeLayers([
    { label: 'lower', content: lower },
    { label: 'overlay', content: overlay },
  ]);
  const plan = planPromotion({ lower, overlay, current, source: merged(task.source), pointers });
  if (!plan.ok) return plan;
  const { edits } = plan;
  const diff = compareContents(current, plan.desired);
  if (text === undefined && format === 'json')
    return { ok: true, text: `${JSON.stringify(plan.overlay, null, 2)}\n`, edits: edits.length, diff };
  const edited = editText(text ?? '', format, edits);
  return edited.ok ? { ...edited, edits: edits.length, diff } : edited;
}

function merged(texts: readonly string[]): JsonObject {
  return mergeLayers(
    texts.map((canonical, index) => ({ label: String(index), content: JSON.parse(canonical) as JsonObject })),
  );
}

import type { Json } from '@binnacle/domain';
import type { KeyDescription } from '@binnacle/domain/describe-key';

const MAX_VALUES = 12;
const MAX_LENGTH = 60;

/** One line of what a schema says of a place: `integer · ms · 10 to 500 · default 100`. */
export function summarizeKey(description: KeyDescription): string {
  const { type, unit, format, minimum, maximum, default: fallback, required } = description;
  return [
    type.join(' or '),
    format,
    unit,
    rangeOf(minimum, maximum),
    fallback === undefined ? undefined : `default ${shortJson(fallback)}`,
    required ? 'required' : undefined,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');
}

/** What a schema says of a place, for a tooltip. Words of the schema are only ever set as text. */
export function keyCard(description: KeyDescription, name?: string): HTMLElement {
  const card = element('div', 'cm-key-card');
  const { title, deprecated, enum: values, examples } = description;
  const head = element('div', 'cm-key-card-head', title ?? name ?? '');
  if (title !== undefined && name !== undefined && title !== name) head.append(element('code', '', name));
  if (deprecated) head.append(element('span', 'cm-key-card-deprecated', 'deprecated'));
  card.append(head);
  const summary = summarizeKey(description);
  if (summary !== '') card.append(element('div', 'cm-key-card-summary', summary));
  if (description.description !== undefined)
    card.append(element('div', 'cm-key-card-description', description.description));
  if (values !== undefined) card.append(element('div', 'cm-key-card-values', `One of ${listed(values)}`));
  else if (examples.length > 0)
    card.append(element('div', 'cm-key-card-values', `Such as ${listed(examples)}`));
  return card;
}

export function shortJson(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

function listed(values: readonly Json[]): string {
  const shown = values.slice(0, MAX_VALUES).map(shortJson).join(', ');
  return values.length > MAX_VALUES ? `${shown} and ${values.length - MAX_VALUES} more` : shown;
}

function rangeOf(minimum: number | undefined, maximum: number | undefined): string | undefined {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? undefined : `at most ${maximum}`;
}

function element(tag: string, className: string, text?: string): HTMLElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

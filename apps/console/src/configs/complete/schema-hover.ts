import { hoverTooltip } from '@codemirror/view';
import { describeKey } from '@binnacle/domain/describe-key';
import { pointerTokens } from '@binnacle/domain';
import { editorDocument, parsedState } from '../editor/editor-document';
import { pointerAt } from '../places/pointer-at';
import { keyCard } from './key-card';

/** What the schema says of the key or value under the mouse. */
export const schemaHover = hoverTooltip(
  ({ state }, position) => {
    const { schema } = state.facet(editorDocument);
    if (schema === undefined) return null;
    const place = pointerAt(parsedState(state, position), position);
    const description = place && describeKey(schema, place.pointer);
    if (place === undefined || description === undefined || place.pointer === '') return null;
    return {
      pos: place.from,
      end: place.to,
      above: true,
      create: () => ({ dom: keyCard(description, pointerTokens(place.pointer).at(-1)) }),
    };
  },
  { hoverTime: 250 },
);

import type { DraftSummaryBody } from '@binnacle/contracts';
import { actorName } from '../actor-name';

/**
 * Whose a draft is, in front of the time of its last save.
 * @param others who else works on the document now
 */
export function draftOwner(
  { author, contributors }: Pick<DraftSummaryBody, 'author' | 'contributors'>,
  ownName: string,
  others: readonly string[],
): { readonly title: string; readonly before: string } {
  const more = contributors.filter((name) => name !== author).length;
  if (author === ownName)
    return { title: more === 0 ? 'Your draft' : `Your draft, with ${more} more`, before: ', saved ' };
  const who = more === 0 ? actorName(author) : `${actorName(author)} and ${more} more`;
  const isHere = others.includes(author);
  return isHere
    ? { title: `${who} ${more === 0 ? 'has' : 'have'} a draft open`, before: ', saved ' }
    : { title: `${who} left a draft`, before: ' ' };
}

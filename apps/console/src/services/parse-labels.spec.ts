import { expect, it } from 'vitest';
import { formatLabels, parseLabels } from './parse-labels';

it.each([
  [[], { labels: {} }],
  [['team=checkout', 'tier=1'], { labels: { team: 'checkout', tier: '1' } }],
  [['note=a = b', ' on-call = Ann B '], { labels: { note: 'a = b', 'on-call': 'Ann B' } }],
  [['empty='], { labels: { empty: '' } }],
  [['team'], { problem: '"team" should be key=value' }],
  [['=x'], { problem: '"=x" should be key=value' }],
  [['team=a', 'team=b'], { problem: '"team" is there twice' }],
])('reads %j', (pairs, parsed) => {
  expect(parseLabels(pairs)).toEqual(parsed);
});

it('reads what it writes', () => {
  const labels = { team: 'checkout', note: 'a = b', empty: '' };
  expect(parseLabels(formatLabels(labels))).toEqual({ labels });
});

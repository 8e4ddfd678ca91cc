import { describe, expect, it } from 'vitest';
import {
  type ConsoleTopic,
  consoleTopicSchema,
  formatTopic,
  parseTopic,
  touchedByTopic,
} from './console-topic.js';

const TOPICS: readonly [string, ConsoleTopic, (string | undefined)?, string?][] = [
  ['services', { kind: 'services' }],
  ['approvals', { kind: 'approvals' }],
  ['drafts', { kind: 'drafts' }],
  ['service:orders', { kind: 'service', service: 'orders' }, 'orders'],
  ['document:orders/base', { kind: 'document', service: 'orders', layer: 'base' }, 'orders'],
  ['document:orders/prod', { kind: 'document', service: 'orders', layer: 'prod' }, 'orders', 'prod'],
  ['instances:orders/prod', { kind: 'instances', service: 'orders', environment: 'prod' }, 'orders', 'prod'],
  ['overview:prod', { kind: 'overview', environment: 'prod' }, undefined, 'prod'],
];

describe.each(TOPICS)('the topic %s', (text, topic, service, environment) => {
  it('is read as it is written', () => {
    expect(parseTopic(text)).toEqual(topic);
    expect(formatTopic(topic)).toBe(text);
    expect(consoleTopicSchema.safeParse(text).success).toBe(true);
  });

  it('says what it is about', () => {
    expect(touchedByTopic(topic)).toEqual({ service, environment });
  });
});

it.each([
  '',
  'service',
  'services:orders',
  'service:',
  'service:orders/base',
  'service:Orders',
  'document:orders',
  'document:orders/',
  'document:orders/base/more',
  'document:orders/base:more',
  'instances:/prod',
  'overview',
  'overview:prod/orders',
  'made-up',
  '__proto__',
  `service:${'a'.repeat(64)}`,
])('%o is no topic', (text) => {
  expect(parseTopic(text)).toBeUndefined();
  expect(consoleTopicSchema.safeParse(text).success).toBe(false);
});

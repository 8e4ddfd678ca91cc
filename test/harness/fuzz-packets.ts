import { type Dice, hostileValue, mutated } from './fuzz-values.js';

/** What an agent may say, as it says it. */
const MESSAGES: readonly (readonly [event: string, message: unknown])[] = [
  [
    'health',
    {
      seq: 1,
      lifecycle: 'ready',
      checks: [
        { name: 'db', status: 'healthy', critical: true, latencyMs: 3, checkedAt: '2026-11-23T00:00:00Z' },
      ],
      have: { epoch: '0', revision: 1, hash: 'a'.repeat(64) },
    },
  ],
  ['applied', { epoch: '0', revision: 1, hash: 'a'.repeat(64), outcome: 'rejected', reason: 'no' }],
  ['calls', { breakers: [{ name: 'db', buckets: [{ at: 0, successes: 1, failures: 0, slow: 0 }] }] }],
  ['lease', { name: 'db', generation: 1, want: 1 }],
  ['join', { room: 'all' }],
  ['subscribe', ['services']],
];
/** What a page of the console may say. */
const CONSOLE_MESSAGES: readonly (readonly [event: string, message: unknown])[] = [
  ['watch', { topics: ['services', 'service:socketed', 'document:socketed/base', 'instances:socketed/dev'] }],
  ['watch', { topics: [] }],
  ['editing', { service: 'socketed', layer: 'base', isEditing: true }],
  ['editing', { service: 'socketed', layer: 'base', isEditing: false }],
  ['changed', { topic: 'services', at: '2026-11-23T00:00:00Z' }],
];
const RESERVED = [
  'connect',
  'disconnect',
  'disconnecting',
  'connect_error',
  'newListener',
  '__proto__',
  'constructor',
  'toString',
  '',
];

const MALFORMED: readonly (string | Buffer)[] = [
  '', '4', '40', '9', '5', '2', '2probe', '3', '1', '6', '0{"sid":"x"}', '4x', '42', '42[', '42[]', '42["', '42{}', '42["health"]', '42["health",',
  '42/agents', '42/agents,', '42/agents,[]', '42/agents,[null]', '42/agents,{"a":1}', '42/agents,"health"', '42/agents,99999999999999999999999["health",{}]',
  '42/nowhere,["health",{}]', '40/nowhere,', '40/agents,', '40/agents,{', '40/agents,[]', '40/agents,null', '40/agents,{"token":"x"}', '40/__proto__,{}',
  '41/agents,', '43/agents,1[{}]', '43/agents,-1[]', '44/agents,{"message":"x"}', '451-/agents,["health",{"_placeholder":true,"num":0}]',
  '4599999999-/agents,["health",{"_placeholder":true,"num":0}]', '45-1-["a"]', '46/agents,', '47', '4\u0000', '42/agents,["health",{"__proto__":{"polluted":true}}]',
  '42/agents,["health",{"constructor":{"prototype":{"polluted":true}}}]', `42/agents,["health",${'['.repeat(20_000)}`, `42/agents,["${'e'.repeat(50_000)}"]`,
  Buffer.alloc(0), Buffer.from([4]), Buffer.from('42/agents,["health",{}]'), Buffer.alloc(70_000, 1),
]; // prettier-ignore

/** One frame for a socket: a message as it should be, a spoilt one, or nothing of the protocol at all. */
export function fuzzPacket(dice: Dice, namespace: '/agents' | '/console'): string | Buffer {
  const fate = dice.next();
  // Most of these end the connection, and the others are to be heard as well.
  if (fate < 0.03) return dice.pick(MALFORMED);
  const [known, message] = dice.pick(namespace === '/agents' ? MESSAGES : CONSOLE_MESSAGES);
  const event: unknown = fate < 0.1 ? dice.pick([...RESERVED, hostileValue(dice)]) : known;
  let spoilt = message;
  if (fate > 0.35) for (let times = dice.below(3); times >= 0; times--) spoilt = mutated(spoilt, dice);
  const more = dice.chance(0.1) ? [hostileValue(dice), hostileValue(dice)] : [];
  const acknowledgement = dice.chance(0.5) ? String(dice.below(1_000)) : '';
  const packet = `42${namespace},${acknowledgement}${JSON.stringify([event, spoilt, ...more])}`;
  return dice.chance(0.01) ? packet.slice(0, dice.below(packet.length)) : packet;
}

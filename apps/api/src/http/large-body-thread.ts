import { parentPort } from 'node:worker_threads';
import fastify from 'fastify';
import { type BodyFault, NO_JSON, readJsonBody } from './json-body.js';
import { findExcess } from './json-structure.js';

/** Of more values, a copy takes the other thread longer than parsing the text once more. */
const COPIED = { maxDepth: 1_000, maxValues: 10_000 };

/** Bytes come back when there is nothing wrong with them and they are best parsed by who asked. */
export type LargeBodyAnswer =
  { readonly fault: BodyFault } | { readonly value: unknown } | { readonly bytes: Uint8Array };

const parse = fastify().getDefaultJsonParser('error', 'error');

parentPort?.on('message', (bytes: Uint8Array<ArrayBuffer>) => {
  const text = readJsonBody(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (typeof text !== 'string') return answer({ fault: text });
  // It uses nothing of a request.
  void parse(undefined as never, text, (error, value) => {
    if (error !== null) answer({ fault: { detail: NO_JSON } });
    else if (findExcess(text, COPIED) === undefined) answer({ value: value as unknown });
    else answer({ bytes }, [bytes.buffer]);
  });
});

function answer(message: LargeBodyAnswer, transferred: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transferred);
}

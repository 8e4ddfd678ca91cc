import { fileURLToPath } from 'node:url';
import { readEnvironment } from './environment.js';
import { runStandalone } from './standalone.js';
import { StartError } from './start-error.js';

/** Ctrl-C under npm arrives twice, from the terminal and handed on by npm: that is one request. */
const oneRequestMs = 1_000;

const stopping = new AbortController();
const killing = new AbortController();
let firstRequestAt: number | undefined;

function requestStop(): void {
  firstRequestAt ??= performance.now();
  if (performance.now() - firstRequestAt > oneRequestMs) killing.abort();
  stopping.abort();
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, requestStop);
// the terminal or the pipe behind it is gone
for (const output of [process.stdout, process.stderr]) output.on('error', requestStop);

try {
  process.exitCode = await runStandalone({
    environment: readEnvironment(process.env, process.cwd()),
    variables: process.env,
    scripts: {
      api: fileURLToPath(new URL('../../api/dist/main.js', import.meta.url)),
      worker: fileURLToPath(new URL('../../worker/dist/main.js', import.meta.url)),
      checkApi: fileURLToPath(new URL('../../api/dist/check-environment.js', import.meta.url)),
      checkWorker: fileURLToPath(new URL('../../worker/dist/check-environment.js', import.meta.url)),
    },
    print: (line) => process.stdout.write(`${line}\n`),
    printError: (line) => process.stderr.write(`${line}\n`),
    stopSignal: stopping.signal,
    killSignal: killing.signal,
  });
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`binnacle: ${error.message}\n`);
  process.exitCode = 1;
}
// an HTTP connection kept alive by the readiness checks must not hold the process
process.exit();

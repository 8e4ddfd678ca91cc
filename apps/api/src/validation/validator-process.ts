import { runValidatorTask } from './run-validator-task.js';
import type { ValidatorReply, ValidatorTask } from './validator-task.js';

function reply(answer: ValidatorReply): void {
  process.send?.(answer);
}

process.on('message', (task: ValidatorTask) => {
  try {
    reply({ isDone: true, answer: runValidatorTask(task) });
  } catch (error) {
    reply({ isDone: false, message: error instanceof Error ? error.message : String(error) });
  }
});

// It ends with the API, not before: a signal to the whole group must not take the work from requests being finished.
process.on('disconnect', () => process.exit(0));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);

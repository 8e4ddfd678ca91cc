import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ValidatorAnswer, ValidatorReply, ValidatorTask } from './validator-task.js';

const MEMORY_MIB = 256;
const ENTRY = fileURLToPath(new URL('./validator-process.js', import.meta.url));

export type LaneFailure = 'time' | 'memory';

/** A task that was ended because it took too much. */
export class TaskEnded extends Error {
  constructor(readonly reason: LaneFailure) {
    super(`the task took too much ${reason}`);
  }
}

/**
 * A process that runs one task at a time. A task that takes too long, or more memory than the process may have, ends the
 * process and nothing else; the next task gets a new one. A thread would not do: when its heap overflows in the midst
 * of a collection, V8 ends the whole program.
 */
export class ValidatorLane {
  private child: ChildProcess | undefined;

  /** @throws TaskEnded */
  run(task: ValidatorTask, timeLimitMs: number): Promise<ValidatorAnswer> {
    const child = this.child ?? this.start();
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void) => {
        clearTimeout(timer);
        child.off('message', answered).off('exit', exited);
        outcome();
      };
      const answered = (reply: ValidatorReply) =>
        settle(() => (reply.isDone ? resolve(reply.answer) : reject(new Error(reply.message))));
      const exited = () => settle(() => reject(new TaskEnded('memory')));
      const timer = setTimeout(() => {
        settle(() => reject(new TaskEnded('time')));
        this.stop();
      }, timeLimitMs);
      child.on('message', answered).on('exit', exited);
      child.send(task, (error) => {
        if (error !== null) settle(() => reject(error));
      });
    });
  }

  stop(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  private start(): ChildProcess {
    const child = fork(ENTRY, {
      execArgv: [`--max-old-space-size=${MEMORY_MIB}`],
      serialization: 'advanced',
      // What V8 says of a heap that is full is of no use to anybody.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // A user's schema is not to find the secrets of this process beside it.
      env: {},
    });
    child.once('exit', () => {
      if (this.child === child) this.child = undefined;
    });
    // Told by the message that could not be sent, or by the exit.
    child.on('error', () => undefined);
    this.child = child;
    return child;
  }
}

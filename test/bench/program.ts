import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a program of the benchmarks can be told to do. */
export type Commands = Record<string, (input: never) => unknown>;

interface Request {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

interface Response {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

/** A process of the benchmarks' own, told what to do by messages. */
export interface Program<Known extends Commands> {
  readonly pid: number;
  call<Name extends keyof Known & string>(
    name: Name,
    input: Parameters<Known[Name]>[0],
  ): Promise<Awaited<ReturnType<Known[Name]>>>;
  stop(): Promise<void>;
}

/** @param file beside this one */
export async function startProgram<Known extends Commands>(file: string): Promise<Program<Known>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)));
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let nextId = 0;
  child.on('message', ({ id, answer, error }: Response) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(answer);
    else call?.reject(new Error(`${file}: ${error}`));
  });
  const exited = once(child, 'exit').then(() => {
    for (const call of waiting.values()) call.reject(new Error(`${file} has ended`));
  });
  await once(child, 'spawn');
  return {
    pid: child.pid ?? 0,
    async call(name, input) {
      const request: Request = { id: nextId++, name, input };
      const call = Promise.withResolvers<unknown>();
      waiting.set(request.id, call);
      child.send(request);
      return (await call.promise) as never;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** The program's end: answers what it is told, and ends with the process that started it. */
export function serveCommands(commands: Commands): void {
  const send = (response: Response) => process.send?.(response);
  process.on('message', ({ id, name, input }: Request) => {
    const command = commands[name] as ((input: unknown) => unknown) | undefined;
    Promise.resolve()
      .then(() => command?.(input))
      .then(
        (answer) => send({ id, answer }),
        (error: unknown) =>
          send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
}

/** On a clock that all processes of a machine share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

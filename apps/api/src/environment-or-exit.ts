import { type Environment, readEnvironment } from './environment.js';

/** Ends the process with 1 and a single line on stderr where the environment is not usable. */
export function environmentOrExit(): Environment {
  try {
    return readEnvironment(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

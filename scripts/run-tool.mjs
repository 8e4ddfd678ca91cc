import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** The environment in which this project's own tools, its Node first among them, are found before those of the machine. */
export function toolEnvironment(root) {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  return { ...process.env, PATH: path };
}

/** Runs a tool to its end without a terminal, and gives what it printed. */
export function runTool(root, [file, ...args]) {
  const child = spawn(file, args, {
    cwd: root,
    env: toolEnvironment(root),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Error(`${file} could not be started: run npm ci`, { cause: error })),
    );
    child.once('close', (code) => resolve({ isOk: code === 0, output }));
  });
}

/** Runs a tool that prints for itself, and gives its exit code. */
export function showTool(root, [file, ...args], environment = {}) {
  const env = { ...toolEnvironment(root), ...environment };
  const child = spawn(file, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Error(`${file} could not be started: run npm ci`, { cause: error })),
    );
    child.once('close', (code) => resolve(code ?? 1));
  });
}

import { closeSync, existsSync, openSync, readSync, renameSync, statSync, writeSync } from 'node:fs';

const maxLogBytes = 10 * 1024 * 1024;
const tailBytes = 16 * 1024;

/** Opens a log for appending; a full one becomes `<file>.1` first. Returns the file descriptor. */
export function openLog(file: string): number {
  if (existsSync(file) && statSync(file).size > maxLogBytes) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** The last lines of a log, for the message on why its writer ended. */
export function readLastLines(file: string, count: number): string[] {
  if (!existsSync(file)) return [];
  const size = statSync(file).size;
  const buffer = Buffer.alloc(Math.min(size, tailBytes));
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
  } finally {
    closeSync(descriptor);
  }
  return buffer.toString('utf8').trimEnd().split('\n').slice(-count);
}

/** A log that this process writes, line by line, and that never grows past twice its bound. */
export class LogFile {
  private descriptor: number;
  private bytes: number;

  constructor(
    private readonly file: string,
    private readonly maxBytes = maxLogBytes,
  ) {
    this.descriptor = openLog(file);
    this.bytes = statSync(file).size;
  }

  write(line: string): void {
    if (this.bytes > this.maxBytes) this.rotate();
    this.bytes += writeSync(this.descriptor, `${line}\n`);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private rotate(): void {
    closeSync(this.descriptor);
    renameSync(this.file, `${this.file}.1`);
    this.descriptor = openSync(this.file, 'a', 0o600);
    this.bytes = 0;
  }
}

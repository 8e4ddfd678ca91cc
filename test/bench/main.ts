import { benchAccess } from './access.ts';
import { benchConfig } from './config.ts';
import { benchPublish } from './publish.ts';
import { benchPush } from './push.ts';
import { benchRead } from './read.ts';
import { benchReport } from './report.ts';
import { benchSdkReads } from './sdk-reads.ts';
import { type BenchOptions } from './bench-options.ts';

const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<void>>> = {
  push: benchPush,
  publish: benchPublish,
  read: benchRead,
  report: benchReport,
  access: benchAccess,
  sdk: benchSdkReads,
  config: benchConfig,
};

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = names.find((name) => BENCHES[name] === undefined);

if (names.length === 0 || unknown !== undefined) {
  process.stderr.write(`Usage: npm run bench -- ${Object.keys(BENCHES).join(' | ')} [--profile]\n`);
  process.exitCode = 1;
} else {
  const options = { isProfiled: process.argv.includes('--profile') };
  for (const name of names) await BENCHES[name]?.(options);
}

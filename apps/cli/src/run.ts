import { Command, CommanderError } from 'commander';
import { PlaneUnreachable, RequestProblem } from '@binnacle/client';
import { Problem } from '@binnacle/contracts';
import { connect } from './connection.js';
import { EXIT_CODES, exitCodeOf } from './exit-codes.js';
import { exportWorkspace } from './export-workspace.js';
import { importWorkspace } from './import-workspace.js';
import type { Output } from './output.js';
import { UsageError } from './usage-error.js';
import { DirectoryFault } from './workspace-directory.js';

const MAX_SHOWN_ERRORS = 20;

/** Runs one command; answers its exit code. */
export async function run(
  args: readonly string[],
  variables: NodeJS.ProcessEnv,
  output: Output,
): Promise<number> {
  try {
    await commands(variables, output).parseAsync([...args], { from: 'user' });
    return EXIT_CODES.done;
  } catch (error) {
    return tell(error, output);
  }
}

function commands(variables: NodeJS.ProcessEnv, output: Output): Command {
  const program = new Command('binnacle')
    .description(
      'Configuration, health and breakers of your services. BINNACLE_URL and BINNACLE_TOKEN say where and who.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => text.trimEnd().split('\n').forEach(output.answer),
      writeErr: (text) => text.trimEnd().split('\n').forEach(output.progress),
    });
  program
    .command('export')
    .description('write the workspace to a directory, for git')
    .argument('<directory>')
    .option('--prune', 'delete files of services and documents that the workspace does not have')
    .action((directory: string, options: { prune?: boolean }) =>
      exportWorkspace(connect(variables), directory, { prune: options.prune ?? false }, output),
    );
  program
    .command('import')
    .description('make the workspace what a directory says: all of it or nothing, and nothing is deleted')
    .argument('<directory>')
    .option('--dry-run', 'only tell what would be done')
    .option('--message <text>', 'why; stands with every version')
    .option('--confirm', 'publish also what changes so much that it may be a mistake')
    .action((directory: string, options: { dryRun?: boolean; message?: string; confirm?: boolean }) =>
      importWorkspace(connect(variables), directory, options, output),
    );
  return program;
}

function tell(error: unknown, output: Output): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
  if (error instanceof UsageError) {
    output.progress(error.message);
    return EXIT_CODES.usage;
  }
  if (error instanceof DirectoryFault) {
    output.progress(error.message);
    return EXIT_CODES.files;
  }
  if (Problem.isInstance(error)) {
    output.progress(`${error.code}: ${error.message}`);
    for (const { message, environment } of (error.errors ?? []).slice(0, MAX_SHOWN_ERRORS))
      output.progress(`  ${message}${environment === undefined ? '' : ` (in ${environment})`}`);
    if (error instanceof RequestProblem) output.progress(`  request ${error.requestId}`);
    return exitCodeOf(error.code);
  }
  if (PlaneUnreachable.isInstance(error)) {
    output.progress(error.message);
    return EXIT_CODES.unavailable;
  }
  output.progress(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  return EXIT_CODES.failed;
}

import type { Client } from '@binnacle/client';
import { MAX_IMPORTED_FILES } from '@binnacle/contracts';
import type { Output } from './output.js';
import { DirectoryFault, WorkspaceDirectory } from './workspace-directory.js';

export interface ImportOptions {
  readonly dryRun?: boolean;
  readonly message?: string;
  readonly confirm?: boolean;
}

/** Sends every file of the layout at once, and tells what that changed. */
export async function importWorkspace(
  client: Client,
  directory: string,
  { dryRun = false, message, confirm = false }: ImportOptions,
  output: Output,
): Promise<void> {
  const source = await WorkspaceDirectory.open(directory, { create: false });
  const paths = await source.list();
  if (paths.length === 0)
    throw new DirectoryFault(
      `${directory} holds no file of a workspace: environments.json or services/<name>/…`,
    );
  if (paths.length > MAX_IMPORTED_FILES)
    throw new DirectoryFault(
      `${directory} holds ${paths.length} files; an import takes ${MAX_IMPORTED_FILES}.`,
    );
  const files: { path: string; content: string }[] = [];
  for (const path of paths) files.push({ path, content: await source.read(path) });
  output.progress(`${files.length} files read`);
  const imported = await client.workspaceFiles.import({
    files,
    dryRun,
    confirm,
    ...(message === undefined ? {} : { message }),
  });
  for (const { path, action, detail } of imported.files) output.answer(`${action} ${path}: ${detail}`);
  for (const { service, environment, revision, state } of imported.revisions)
    output.answer(
      `${service} in ${environment}: revision ${revision}${state === 'released' ? '' : ', awaits approval'}`,
    );
  for (const path of imported.notInFiles) output.progress(`stays, though it is not in the files: ${path}`);
  for (const { message: warning } of imported.warnings) output.progress(`warning: ${warning}`);
  for (const { message: gate } of imported.gates) output.progress(`needs --confirm: ${gate}`);
  const what = dryRun ? 'would change' : 'changed';
  output.progress(
    `${imported.files.length} files ${what} something, ${imported.unchanged} say what is there already`,
  );
}

import type { Client } from '@binnacle/client';
import { DirectoryFault, WorkspaceDirectory } from './workspace-directory.js';
import type { Output } from './output.js';

/** Writes every file of the workspace that differs; deletes those of the layout that are gone, with `prune`. */
export async function exportWorkspace(
  client: Client,
  directory: string,
  { prune }: { readonly prune: boolean },
  output: Output,
): Promise<void> {
  const target = await WorkspaceDirectory.open(directory, { create: true });
  const written = new Set<string>();
  let changed = 0;
  for await (const { path, content } of client.workspaceFiles.export()) {
    written.add(path);
    if (!(await target.write(path, content))) continue;
    changed += 1;
    output.answer(path);
  }
  // Only an export that came to its end says what is gone.
  const gone = (await target.list()).filter((path) => !written.has(path));
  output.progress(`${written.size} files, ${changed} of them written`);
  if (gone.length === 0) return;
  if (!prune)
    throw new DirectoryFault(
      `${gone.length} files are not in the workspace any more: ${gone.slice(0, 10).join(', ')}. Delete them with --prune.`,
    );
  for (const path of gone) {
    await target.remove(path);
    output.answer(`deleted ${path}`);
  }
}

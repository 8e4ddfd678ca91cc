import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where revisions are kept unless the service says otherwise: the user's cache directory. Not the working directory,
 * which a deployment replaces and a file watcher watches, and not the temporary one, which a restart empties.
 */
export function defaultCacheDirectory(
  environment: NodeJS.ProcessEnv = process.env,
  home = homedir(),
): string {
  const { BINNACLE_CACHE_DIR, XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (BINNACLE_CACHE_DIR) return BINNACLE_CACHE_DIR;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'binnacle-agent');
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'binnacle-agent');
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', 'binnacle-agent');
  return join(home, '.cache', 'binnacle-agent');
}

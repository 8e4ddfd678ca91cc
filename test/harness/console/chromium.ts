import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, type Program } from '@binnacle/standalone';

/** Browsers bring no package that carries them and needs no download of its own. */
const CHROMIUM: Program = {
  title: 'Chromium, for the tests of the console,',
  names: [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  packages: {
    debian: 'chromium',
    fedora: 'chromium',
    alpine: 'chromium',
    arch: 'chromium',
    brew: ['--cask', 'chromium'],
  },
  otherwise: 'install Chromium or Google Chrome so that it is on the PATH',
};

/** The Chromium of this machine. Installs it first where that needs no question; rejects with what to type. */
export function findChromium(print: (line: string) => void): Promise<string> {
  return findProgram(CHROMIUM, { logFile: join(tmpdir(), 'binnacle-chromium-install.log'), print });
}

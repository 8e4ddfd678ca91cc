import type { DocumentVersionBody } from '@binnacle/contracts';

/** A version to choose. */
export interface VersionOption {
  readonly version: number;
  readonly label: string;
}

export function versionOption({ version, tags, message }: DocumentVersionBody): VersionOption {
  const words = [tags.join(', '), message.split('\n')[0] ?? ''].filter((part) => part !== '').join(' · ');
  return { version, label: words === '' ? `v${version}` : `v${version} · ${words.slice(0, 60)}` };
}

import { NAME_PATTERN } from '../names.js';
import { ENVIRONMENTS_FILE } from './workspace-files.js';

/** What a file of an exported workspace is. */
export type WorkspacePath =
  | { readonly kind: 'environments' }
  | { readonly kind: 'service' | 'schema'; readonly service: string }
  | {
      readonly kind: 'document';
      readonly service: string;
      readonly layer: string;
      readonly format: 'json' | 'yaml';
    };

const FOLDER = 'services';
/** Environments may have these names; their overlays then stand in files with a sign in front that no name has. */
const TAKEN: ReadonlySet<string> = new Set(['service', 'schema']);
const TAKEN_SIGN = '@';
const FILE = /^(@?)([a-z0-9-]+)\.(json|yaml)$/;

/** @example formatWorkspacePath({ kind: 'document', service: 'orders', layer: 'prod', format: 'yaml' }) // 'services/orders/prod.yaml' */
export function formatWorkspacePath(path: WorkspacePath): string {
  switch (path.kind) {
    case 'environments':
      return ENVIRONMENTS_FILE;
    case 'service':
    case 'schema':
      return `${FOLDER}/${path.service}/${path.kind}.json`;
    case 'document': {
      const sign = TAKEN.has(path.layer) ? TAKEN_SIGN : '';
      return `${FOLDER}/${path.service}/${sign}${path.layer}.${path.format}`;
    }
  }
}

/** Undefined for a path that no file of an exported workspace has: each of them can be written in one way only. */
export function parseWorkspacePath(text: string): WorkspacePath | undefined {
  if (text === ENVIRONMENTS_FILE) return { kind: 'environments' };
  const [folder, service = '', file = '', ...deeper] = text.split('/');
  const [, sign, name = '', format] = FILE.exec(file) ?? [];
  if (folder !== FOLDER || deeper.length > 0 || !NAME_PATTERN.test(service) || !NAME_PATTERN.test(name))
    return undefined;
  const path: WorkspacePath =
    sign === '' && (name === 'service' || name === 'schema')
      ? { kind: name, service }
      : { kind: 'document', service, layer: name, format: format === 'yaml' ? 'yaml' : 'json' };
  return formatWorkspacePath(path) === text ? path : undefined;
}

// Registered symbols: two copies of this package in one application mean the same.
export const AGENT = Symbol.for('binnacle.agent');
export const CONFIG = Symbol.for('binnacle.config');
export const SNAPSHOT = Symbol.for('binnacle.snapshot');

export function configValueToken(key: string): symbol {
  return Symbol.for(`binnacle.value.${key}`);
}

import type { RenderedConfig } from './rendered-text.js';
import type { JsonObject } from './json.js';
import { renderEnv } from './render-env.js';
import { renderProperties } from './render-properties.js';
import { renderYaml } from './render-yaml.js';

/** Texts that an effective config can be had as, beside its JSON. */
export const CONFIG_TEXT_FORMATS = ['yaml', 'env', 'properties'] as const;
export type ConfigTextFormat = (typeof CONFIG_TEXT_FORMATS)[number];

/** A config as text. References to secrets stay references. */
export function renderConfig(content: JsonObject, format: ConfigTextFormat): RenderedConfig {
  switch (format) {
    case 'yaml':
      return renderYaml(content);
    case 'env':
      return renderEnv(content);
    case 'properties':
      return renderProperties(content);
  }
}

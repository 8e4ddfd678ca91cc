import { Injectable } from '@nestjs/common';
import { type ConfigTextFormat, Problem } from '@binnacle/contracts';
import { renderConfig } from '@binnacle/domain';
import { describeErrors } from '../http/describe-errors.js';
import { ValidatorPool } from '../validation/validator-pool.js';
import type { ServedConfig } from './config-cache.js';

/** Larger ones take long enough to write for others to notice: a text can be hundreds of times as long. */
const RENDER_HERE_BYTES = 8_192;

/** Effective configs as texts. */
@Injectable()
export class ConfigTexts {
  constructor(private readonly validators: ValidatorPool) {}

  /** @throws Problem invalid_content when the format cannot hold it */
  async render(workspaceId: string, config: ServedConfig, format: ConfigTextFormat): Promise<string> {
    const rendered =
      config.bodyBytes <= RENDER_HERE_BYTES
        ? renderConfig(config.content, format)
        : await this.validators.render(workspaceId, config.body, format);
    if (rendered.ok) return rendered.text;
    const { errors } = rendered;
    const detail = describeErrors(errors, 'The format cannot hold it.');
    throw new Problem('invalid_content', `This config cannot be written as ${format}: ${detail}`, errors);
  }
}

import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module, Query, type DynamicModule } from '@nestjs/common';
import { z } from 'zod';
import type { Agent } from '../../libs/agent/src/agent.js';
import type { ConfigSnapshot } from '../../libs/agent/src/configs/snapshot.js';
import {
  BinnacleModule,
  InjectAgent,
  InjectConfigValue,
  InjectSnapshot,
} from '../../libs/agent/src/nestjs/binnacle-module.js';
import type { ConfigValue } from '../../libs/agent/src/nestjs/config-value.js';

const Pool = z.object({ max: z.number() });

/** A service of an application on NestJS, as a user of the SDK writes it. */
@Injectable()
export class Shop {
  constructor(
    @InjectAgent() readonly agent: Agent,
    @InjectConfigValue('greeting') readonly greeting: ConfigValue<string>,
    @InjectConfigValue('pool') readonly pool: ConfigValue<z.infer<typeof Pool>>,
  ) {}
}

/** Where a request waits until the test says so. */
export const shopGate = { held: Promise.resolve() };

@Controller()
class ShopController {
  constructor(
    @Inject(Shop) readonly shop: Shop,
    @InjectSnapshot() readonly snapshot: ConfigSnapshot,
  ) {}

  @Get('/greet')
  async greet(@Query('hold') hold?: string) {
    const before = this.snapshot.get('greeting', '');
    if (hold !== undefined) await shopGate.held;
    return { before, after: this.snapshot.get('greeting', ''), live: this.shop.greeting.value };
  }
}

const VALUES = BinnacleModule.forFeature([
  { key: 'greeting', fallback: 'hi' },
  { key: 'pool', schema: Pool, fallback: { max: 1 } },
]);

/** The application around the module under test. */
export function shopWith(binnacle: DynamicModule): DynamicModule {
  @Module({ imports: [binnacle, VALUES], providers: [Shop], controllers: [ShopController] })
  class ShopModule {}
  return { module: ShopModule };
}

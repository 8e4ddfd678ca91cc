import { Module } from '@nestjs/common';
import { ConfigsModule } from '../configs/configs.module.js';
import { KeyRingCheck } from './key-ring-check.js';
import { SecretsController } from './secrets.controller.js';
import { SecretsService } from './secrets.service.js';

@Module({
  imports: [ConfigsModule],
  controllers: [SecretsController],
  providers: [SecretsService, KeyRingCheck],
})
export class SecretsModule {}

import { Module } from '@nestjs/common';
import { ConfigsModule } from '../configs/configs.module.js';
import { SecretsController } from './secrets.controller.js';
import { SecretsService } from './secrets.service.js';

@Module({
  imports: [ConfigsModule],
  controllers: [SecretsController],
  providers: [SecretsService],
})
export class SecretsModule {}

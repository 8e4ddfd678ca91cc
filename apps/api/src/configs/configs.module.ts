import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { SecretDeliveryModule } from '../secrets/secret-delivery.module.js';
import { ValidationModule } from '../validation/validation.module.js';
import { ConfigCache } from './config-cache.js';
import { ConfigShortcut } from './config-shortcut.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsService } from './documents.service.js';
import { EffectiveConfigsController } from './effective-configs.controller.js';
import { EffectiveConfigsService } from './effective-configs.service.js';
import { LongPolls } from './long-polls.js';
import { ReleaseService } from './release.service.js';

@Module({
  imports: [AccessModule, SecretDeliveryModule, ValidationModule],
  controllers: [DocumentsController, EffectiveConfigsController],
  providers: [
    ConfigCache,
    ConfigShortcut,
    DocumentsService,
    EffectiveConfigsService,
    LongPolls,
    ReleaseService,
  ],
  exports: [ConfigCache, EffectiveConfigsService, ReleaseService, SecretDeliveryModule],
})
export class ConfigsModule {}

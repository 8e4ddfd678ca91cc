import { Module } from '@nestjs/common';
import { ConfigsModule } from '../configs/configs.module.js';
import { ValidationModule } from '../validation/validation.module.js';
import { ChangeSetsController } from './change-sets.controller.js';
import { ChangeSetsService } from './change-sets.service.js';
import { PromotionController } from './promotion.controller.js';
import { PromotionService } from './promotion.service.js';

@Module({
  imports: [ConfigsModule, ValidationModule],
  controllers: [ChangeSetsController, PromotionController],
  providers: [ChangeSetsService, PromotionService],
})
export class ChangeSetsModule {}

import { Module } from '@nestjs/common';
import { ConfigsModule } from '../configs/configs.module.js';
import { ValidationModule } from '../validation/validation.module.js';
import { SchemaTrial } from './schema-trial.js';
import { SchemasController } from './schemas.controller.js';
import { SchemasService } from './schemas.service.js';

@Module({
  imports: [ConfigsModule, ValidationModule],
  controllers: [SchemasController],
  providers: [SchemasService, SchemaTrial],
})
export class SchemasModule {}

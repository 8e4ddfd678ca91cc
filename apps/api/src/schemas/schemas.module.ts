import { Module } from '@nestjs/common';
import { ValidationModule } from '../validation/validation.module.js';
import { SchemasController } from './schemas.controller.js';
import { SchemasService } from './schemas.service.js';

@Module({ imports: [ValidationModule], controllers: [SchemasController], providers: [SchemasService] })
export class SchemasModule {}

import { Module } from '@nestjs/common';
import { ConfigsModule } from '../configs/configs.module.js';
import { EnvironmentsController } from './environments.controller.js';
import { EnvironmentsService } from './environments.service.js';

@Module({ imports: [ConfigsModule], controllers: [EnvironmentsController], providers: [EnvironmentsService] })
export class EnvironmentsModule {}

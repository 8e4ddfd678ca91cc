import { Module } from '@nestjs/common';
import { ConfigsModule } from '../configs/configs.module.js';
import { ServicesController } from './services.controller.js';
import { ServicesService } from './services.service.js';

@Module({ imports: [ConfigsModule], controllers: [ServicesController], providers: [ServicesService] })
export class ServicesModule {}

import { Module } from '@nestjs/common';
import { ConfigsModule } from '../configs/configs.module.js';
import { ValidationModule } from '../validation/validation.module.js';
import { ExportService } from './export.service.js';
import { ImportChanges } from './import-changes.js';
import { ImportService } from './import.service.js';
import { WorkspaceFilesController } from './workspace-files.controller.js';

@Module({
  imports: [ConfigsModule, ValidationModule],
  controllers: [WorkspaceFilesController],
  providers: [ExportService, ImportChanges, ImportService],
})
export class WorkspaceFilesModule {}

import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AccountsModule } from '../access/accounts/accounts.module.js';
import { ConsoleAdmission } from './console-admission.js';
import { ConsoleGateway } from './console.gateway.js';
import { ConsoleRooms } from './console-rooms.js';
import { EditorsDesk } from './editors-desk.js';
import { InstanceProgress } from './instance-progress.js';
import { TopicAccess } from './topic-access.js';

@Module({
  imports: [AccessModule, AccountsModule],
  providers: [ConsoleAdmission, ConsoleGateway, ConsoleRooms, EditorsDesk, InstanceProgress, TopicAccess],
  exports: [ConsoleGateway],
})
export class ConsoleModule {}

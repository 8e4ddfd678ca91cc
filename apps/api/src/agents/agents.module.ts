import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { BreakersModule } from '../breakers/breakers.module.js';
import { ConfigsModule } from '../configs/configs.module.js';
import { HealthModule } from '../health/health.module.js';
import { AgentAdmission } from './agent-admission.js';
import { AgentReports } from './agent-reports.js';
import { AgentRooms } from './agent-rooms.js';
import { AgentsGateway } from './agents.gateway.js';

@Module({
  imports: [AccessModule, ConfigsModule, HealthModule, BreakersModule],
  providers: [AgentAdmission, AgentReports, AgentRooms, AgentsGateway],
  exports: [AgentsGateway],
})
export class AgentsModule {}

import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';
import { observeRefusals } from './observe-refusals.js';
import { RefusalRecorder } from './refusal-recorder.js';
import { SocketRefusals } from './socket-refusals.js';

/** Global, as refusals happen wherever somebody comes in. */
@Global()
@Module({
  controllers: [AuditController],
  providers: [AuditService, RefusalRecorder, SocketRefusals],
  exports: [SocketRefusals],
})
export class AuditModule implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost<FastifyAdapter>,
    private readonly recorder: RefusalRecorder,
  ) {}

  onModuleInit(): void {
    observeRefusals(this.adapterHost.httpAdapter.getInstance(), this.recorder);
  }
}

import { Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DependencyIndicator } from './dependency.indicator.js';
import { Drain } from './drain.js';
import { Metrics } from './metrics.js';
import { ProbesController } from './probes.controller.js';

@Global()
@Module({
  imports: [TerminusModule],
  controllers: [ProbesController],
  providers: [Drain, Metrics, DependencyIndicator],
  exports: [Drain, Metrics],
})
export class LifecycleModule {}

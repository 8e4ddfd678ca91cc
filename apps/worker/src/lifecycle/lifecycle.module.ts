import { Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DependencyIndicator } from './dependency.indicator.js';
import { Drain } from './drain.js';
import { Metrics } from './metrics.js';
import { ProbesController } from './probes.controller.js';

@Global()
@Module({
  // a failed probe is an answer, not an error of this process
  imports: [TerminusModule.forRoot({ logger: false, errorLogStyle: 'json' })],
  controllers: [ProbesController],
  providers: [Drain, Metrics, DependencyIndicator],
  exports: [Drain, Metrics],
})
export class LifecycleModule {}

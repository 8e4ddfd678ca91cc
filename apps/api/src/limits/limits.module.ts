import { Global, Module } from '@nestjs/common';
import { RateLimits } from './rate-limits.js';
import { SocketLimits } from './socket-limits.js';

@Global()
@Module({ providers: [RateLimits, SocketLimits], exports: [RateLimits, SocketLimits] })
export class LimitsModule {}

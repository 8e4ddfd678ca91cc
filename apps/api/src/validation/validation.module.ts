import { Module } from '@nestjs/common';
import { ValidatorPool } from './validator-pool.js';

@Module({ providers: [ValidatorPool], exports: [ValidatorPool] })
export class ValidationModule {}

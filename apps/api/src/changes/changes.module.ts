import { Global, Module } from '@nestjs/common';
import { ChangeBus } from './change-bus.js';
import { ChangeTail } from './change-tail.js';
import { Mutations } from './mutations.js';

@Global()
@Module({
  providers: [ChangeBus, ChangeTail, Mutations],
  exports: [ChangeBus, ChangeTail, Mutations],
})
export class ChangesModule {}

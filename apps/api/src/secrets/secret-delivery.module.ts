import { Module } from '@nestjs/common';
import { SecretDelivery } from './secret-delivery.js';

/** Apart from the rest of the feature, which needs the configs that need this. */
@Module({ providers: [SecretDelivery], exports: [SecretDelivery] })
export class SecretDeliveryModule {}

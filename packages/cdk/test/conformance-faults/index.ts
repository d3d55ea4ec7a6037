import { catalogFaults } from './catalog.ts';
import { commonFaults } from './common.ts';
import type { Fault } from './fault.ts';
import { operationFaults } from './operations.ts';
import { paymentsFaults } from './payments.ts';
import { shopFaults } from './shop.ts';
import { storefrontFaults } from './storefront.ts';

/** All of them. */
export const FAULTS: readonly Fault[] = [
  ...commonFaults,
  ...operationFaults,
  ...catalogFaults,
  ...shopFaults,
  ...paymentsFaults,
  ...storefrontFaults,
];

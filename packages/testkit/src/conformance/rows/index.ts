import { catalogRows } from './catalog.ts';
import { commonRows } from './common.ts';
import { paymentsRows } from './payments.ts';
import type { RowGroup } from './row.ts';
import { shopRows } from './shop.ts';
import { storefrontRows } from './storefront.ts';

/** Every row of the requirements. */
export const ROWS: readonly RowGroup[] = [commonRows, catalogRows, shopRows, paymentsRows, storefrontRows];

import { common as environments } from './common-environments.ts';
import { common as operations } from './common-operations.ts';
import { common as security } from './common-security.ts';
import type { RowGroup } from './row.ts';

/** Rows that hold for all four systems. */
export const commonRows: RowGroup = {
  system: 'common',
  title: 'Common to all four',
  rows: [...environments, ...security, ...operations],
};

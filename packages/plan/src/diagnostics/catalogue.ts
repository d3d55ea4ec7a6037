import { ACCOUNT } from './catalogue/account.ts';
import { LOCAL } from './catalogue/local.ts';
import { NAMES } from './catalogue/names.ts';
import { NETWORK } from './catalogue/network.ts';
import { PULUMI } from './catalogue/pulumi.ts';
import { ROUTES } from './catalogue/routes.ts';
import { SERVICES } from './catalogue/services.ts';
import { SHAPE } from './catalogue/shape.ts';
import { STORES } from './catalogue/stores.ts';

export type { DiagnosticEntry } from './catalogue/entry.ts';

/**
 * Every finding, by code. A code is an interface: it keeps its meaning for ever, and one that is retired stays here, so
 * that it is never given to another.
 */
export const DIAGNOSTICS = {
  ...SHAPE,
  ...NAMES,
  ...NETWORK,
  ...SERVICES,
  ...ROUTES,
  ...STORES,
  ...LOCAL,
  ...PULUMI,
  ...ACCOUNT,
} as const;

/** Code of a finding. */
export type DiagnosticCode = keyof typeof DIAGNOSTICS;

import catalog from '../../../systems/catalog/breakwater.config.ts';
import payments from '../../../systems/payments/breakwater.config.ts';
import shop from '../../../systems/shop/breakwater.config.ts';
import storefront from '../../../systems/storefront/breakwater.config.ts';
import type { Definition } from '../src/definition/system.ts';
import { formatDiagnostics } from '../src/diagnostics/format.ts';
import type { Plan } from '../src/plan/plan.ts';
import { resolve } from '../src/resolve/index.ts';

/** The four reference systems. */
export const systems: Readonly<Record<string, Definition>> = { catalog, payments, shop, storefront };

/** The plan of a definition; fails with all findings when there is none. */
export function planOf(
  definition: unknown,
  env = 'dev',
  options: { region?: string; account?: string } = {},
): Plan {
  const { plan, diagnostics } = resolve(definition, { env, ...options });
  if (plan === null) throw new Error(formatDiagnostics(diagnostics));
  return plan;
}

/** The only entry, or the one asked for; fails when it is not there. */
export function only<T>(record: Readonly<Record<string, T>> | readonly T[], key?: string): T {
  const values = Object.entries(record);
  const found =
    key === undefined
      ? values.length === 1
        ? values[0]?.[1]
        : undefined
      : values.find(([name]) => name === key)?.[1];
  if (found === undefined)
    throw new Error(`expected ${key ?? 'one entry'} among ${values.map(([name]) => name).join(', ')}`);
  return found;
}

import { ENVIRONMENT_SUFFIX } from '../data/names.ts';
import { isRegion, REGIONS } from '../data/regions.ts';
import type { Definition } from '../definition/system.ts';
import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import { type Diagnostic, diagnostic, type Parameters } from '../diagnostics/diagnostic.ts';
import { join } from '../path.ts';
import type { Plan } from '../plan/plan.ts';
import { check, type Report, show } from '../schema/check.ts';
import { system } from '../schema/system.ts';
import { isObject, merge, writes } from './overrides.ts';
import { plainData } from './plain-data.ts';

/** What to resolve for. */
export interface ResolveOptions {
  /** Suffix of the environment, `dev`. */
  readonly env: string;
  /** Another Region than the definition's. */
  readonly region?: string;
  /** Account id of twelve digits. */
  readonly account?: string;
  /**
   * Further checks, of what the target in question cannot do. They look at the plan even where other findings refuse it, so that all
   * come at once.
   */
  readonly checks?: readonly ((plan: Plan) => readonly Diagnostic[])[];
}

/** A definition that has been copied, overridden and checked; what was wrong is left out of it. */
export interface Prepared {
  readonly definition: Definition;
  readonly env: string;
  readonly region: string;
  readonly account: string | null;
  readonly declared: { readonly stores: readonly string[]; readonly services: readonly string[] };
  readonly regionKnown: boolean;
  readonly source: (path: string) => string;
  readonly found: readonly Diagnostic[];
}

const FIXED = ['name', 'defaults', 'environments'];

/** Checks what was asked for: environment, Region, account. */
function checkOptions(options: ResolveOptions, report: Report) {
  const { env, region, account } = options;
  const envFits = typeof env === 'string' && ENVIRONMENT_SUFFIX.pattern.test(env);
  if (!envFits) report('BW1101', 'env', { actual: show(env), rule: ENVIRONMENT_SUFFIX.rule });
  const regionFits = region === undefined || (typeof region === 'string' && isRegion(region));
  if (!regionFits)
    report('BW1005', 'region', {
      actual: show(region),
      suggestion: '',
      allowed: Object.keys(REGIONS).join(', '),
    });
  const accountFits = account === undefined || (typeof account === 'string' && /^\d{12}$/.test(account));
  if (!accountFits) report('BW1109', 'account', { actual: show(account) });
  return {
    env: envFits ? env : 'dev',
    region: regionFits ? region : undefined,
    account: accountFits ? (account ?? null) : null,
  };
}

/** Copies the input, applies the environment's overrides and checks the result; other environments are checked as well. */
export function prepare(input: unknown, options: ResolveOptions): Prepared {
  const seen = new Map<string, Diagnostic>();
  const report = (code: DiagnosticCode, path: string, parameters: Parameters) => {
    const one = diagnostic(code, path, parameters);
    const id = `${one.code}\n${one.path}\n${one.message}`;
    if (!seen.has(id)) seen.set(id, one);
  };
  const asked = checkOptions(isObject(options) ? options : { env: '' }, report);

  const copied = plainData(input, report);
  if (copied !== undefined && !isObject(copied))
    report('BW1002', '', {
      actual: show(copied),
      expected: 'an object',
      example: "defineSystem({ name: 'hello', … })",
    });
  const whole = isObject(copied) ? copied : {};
  const { environments: given, ...base } = whole;
  if (given !== undefined && !isObject(given))
    report('BW1002', 'environments', {
      actual: show(given),
      expected: 'an object',
      example: '{ prod: { protect: true } }',
    });
  const environments = isObject(given) ? given : {};

  const checkWith = (env: string | null): unknown => {
    const overrides = env === null ? undefined : allowed(environments[env], `environments.${env}`, report);
    const path = (at: string) =>
      env !== null && writes(overrides, at) ? `environments.${env}${at === '' ? '' : `.${at}`}` : at;
    return check(system, merge(base, overrides), '', (code, at, parameters) =>
      report(code, path(at), parameters),
    );
  };
  for (const name of Object.keys(environments).sort()) {
    if (!ENVIRONMENT_SUFFIX.pattern.test(name))
      report('BW1101', join('environments', name), { actual: show(name), rule: ENVIRONMENT_SUFFIX.rule });
    else if (name !== asked.env) checkWith(name);
  }
  const own = Object.hasOwn(environments, asked.env) ? asked.env : null;
  // The environment first: what it replaces is not wrong for it, but checked below for the others.
  const definition = checkWith(own) as Definition; // the schema's fields are the definition's, held together by its types
  if (own !== null) checkWith(null);
  const overrides = own === null ? undefined : allowed(environments[own], '', () => {});
  const written = merge(base, overrides);
  const keysOf = (key: string): readonly string[] => {
    const entries = isObject(written) ? written[key] : undefined;
    return isObject(entries) ? Object.keys(entries).sort() : [];
  };
  const writtenRegion = isObject(written) ? written['region'] : undefined;
  return {
    definition,
    declared: { stores: keysOf('stores'), services: keysOf('services') },
    regionKnown: asked.region !== undefined || (typeof writtenRegion === 'string' && isRegion(writtenRegion)),
    env: asked.env,
    region: asked.region ?? definition.region,
    account: asked.account,
    source: (path) => (own !== null && writes(overrides, path) ? `environments.${own}.${path}` : path),
    found: [...seen.values()],
  };
}

/** An environment's overrides without what no environment can change. */
function allowed(overrides: unknown, path: string, report: Report): unknown {
  if (overrides === undefined) return undefined;
  if (!isObject(overrides)) {
    report('BW1002', path, { actual: show(overrides), expected: 'an object', example: '{ protect: true }' });
    return undefined;
  }
  for (const key of FIXED) {
    if (Object.hasOwn(overrides, key)) report('BW1008', join(path, key), { key });
  }
  return Object.fromEntries(Object.entries(overrides).filter(([key]) => !FIXED.includes(key)));
}

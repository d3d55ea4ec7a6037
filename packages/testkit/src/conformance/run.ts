import assert from 'node:assert/strict';
import { formatDiagnostics, type Plan, resolve } from '@breakwater/plan';
import type { Model } from './model.ts';
import { ROWS } from './rows/index.ts';
import type { Expectation, Row, RowGroup } from './rows/row.ts';
import { type Definitions, SYSTEM_NAMES, type SystemName, type Variant, variantOf } from './variants.ts';

/** What is held to the requirements. */
export interface ConformanceTarget {
  /** `CDK` */
  readonly name: string;
  /** What the target emits for a plan, read into the model. Called once for each system and variant. */
  readonly read: (plan: Plan) => Promise<Model>;
  /** Types of resources that its reader may leave unread, each with the reason. Any other unread type fails. */
  readonly unread: Readonly<Record<string, string>>;
}

/** Where tests are registered: vitest's own functions, which the caller passes in. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => void;
  readonly test: (name: string, body: () => Promise<void>) => void;
}

/** One expectation on one system, ready to be checked. */
export interface ConformanceCase {
  readonly system: SystemName;
  readonly row: Row;
  readonly expectation: Expectation;
  readonly variant: Variant;
}

/** Every expectation on every system that it holds for. */
export function conformanceCases(groups: readonly RowGroup[] = ROWS): readonly ConformanceCase[] {
  return groups.flatMap((group) =>
    group.rows.flatMap((row) =>
      row.expectations.flatMap((expectation) => {
        const systems = group.system === 'common' ? (expectation.systems ?? SYSTEM_NAMES) : [group.system];
        const { variant = 'dev' } = expectation;
        return systems.map((system) => ({ system, row, expectation, variant }));
      }),
    ),
  );
}

/**
 * The plan of a system in a variant.
 * @throws Error with all findings when it does not resolve
 */
export function planOfVariant(definitions: Definitions, system: SystemName, variant: Variant): Plan {
  const { definition, env } = variantOf(definitions[system], variant);
  const { plan, diagnostics } = resolve(definition, { env });
  if (plan === null) throw new Error(`${system}, ${variant}: ${formatDiagnostics(diagnostics)}`);
  return plan;
}

/**
 * Registers a test for every expectation of every row and system, against what a target emits.
 *
 * @example
 * describeConformance({ describe, test }, { name: 'CDK', read }, { catalog, shop, payments, storefront });
 */
export function describeConformance(
  { describe, test }: TestRunner,
  target: ConformanceTarget,
  definitions: Definitions,
): void {
  const read = conformanceReader(target, definitions);
  for (const system of SYSTEM_NAMES)
    describe(`${target.name}: ${system}`, () => {
      const cases = conformanceCases().filter((each) => each.system === system);
      test('no type of resource is left unread but those with a reason', async () => {
        const types = new Set<string>();
        for (const variant of new Set(cases.map((each) => each.variant)))
          for (const type of (await read(system, variant)).model.unread) types.add(type);
        const unexpected = [...types].filter((type) => target.unread[type] === undefined);
        assert.deepEqual(unexpected, [], 'types that the reader must learn, or that need a reason');
      });
      for (const { row, expectation, variant } of cases)
        test(`${row.id}: ${expectation.name}${variant === 'dev' ? '' : ` (${variant})`}`, async () => {
          const { model, plan } = await read(system, variant);
          expectation.check(model, plan);
        });
    });
}

/** Reads each system and variant once, when it is first asked for. */
export function conformanceReader(
  target: ConformanceTarget,
  definitions: Definitions,
): (system: SystemName, variant: Variant) => Promise<{ readonly model: Model; readonly plan: Plan }> {
  const known = new Map<string, Promise<{ readonly model: Model; readonly plan: Plan }>>();
  return (system, variant) => {
    const key = `${system} ${variant}`;
    const found = known.get(key) ?? readOnce(system, variant);
    known.set(key, found);
    return found;
  };
  async function readOnce(system: SystemName, variant: Variant) {
    const plan = planOfVariant(definitions, system, variant);
    return { plan, model: await target.read(plan) };
  }
}

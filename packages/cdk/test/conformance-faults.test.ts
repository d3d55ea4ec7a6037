import { AssertionError } from 'node:assert';
import {
  conformanceCases,
  planOfVariant,
  ROWS,
  readCloudFormation,
  type StackTemplate,
  type SystemName,
  type Variant,
} from '@breakwater/testkit';
import { describe, expect, test } from 'vitest';
import type { Fault } from './conformance-faults/fault.ts';
import { FAULTS } from './conformance-faults/index.ts';
import { definitions, templatesOf } from './conformance-target.ts';

// Templates with one thing wrong: what the suite would not notice, it does not hold.
const cases = conformanceCases();
const emitted = new Map<string, { readonly templates: string; readonly failing: ReadonlySet<string> }>();

function check(stacks: readonly StackTemplate[], system: SystemName, variant: Variant): ReadonlySet<string> {
  const plan = planOfVariant(definitions, system, variant);
  const model = readCloudFormation(stacks, { region: plan.region, account: plan.account });
  const failing = new Set<string>();
  for (const each of cases.filter((one) => one.system === system && one.variant === variant)) {
    try {
      each.expectation.check(model, plan);
    } catch (error) {
      if (!(error instanceof AssertionError)) throw error;
      failing.add(`${each.row.id}: ${each.expectation.name}`);
    }
  }
  return failing;
}

/** Templates as they are, and what fails on them already. */
function unchanged(system: SystemName, variant: Variant) {
  const key = `${system} ${variant}`;
  const found = emitted.get(key);
  if (found) return found;
  const stacks = templatesOf(planOfVariant(definitions, system, variant));
  const made = { templates: JSON.stringify(stacks), failing: check(stacks, system, variant) };
  emitted.set(key, made);
  return made;
}

/** Expectations that a fault makes fail. */
function noticed({ system, variant, change }: Fault): readonly string[] {
  const { templates, failing } = unchanged(system, variant);
  // What was written a moment ago, read again, so that each fault has templates of its own.
  const stacks = JSON.parse(templates) as readonly StackTemplate[];
  change(stacks);
  return [...check(stacks, system, variant)].filter((each) => !failing.has(each));
}

const caught = new Set<string>();

describe('a fault is noticed by the row that it belongs to', () => {
  test.each(FAULTS.map((fault) => [`${fault.row}: ${fault.what}`, fault] as const))('%s', (_, fault) => {
    const found = noticed(fault);
    for (const each of found) caught.add(each);
    expect(found.filter((each) => each.startsWith(`${fault.row}: `))).not.toEqual([]);
  });

  test('every row has a fault of its own', () => {
    const rows = ROWS.flatMap((group) => group.rows).filter(({ expectations }) => expectations.length > 0);
    const covered = new Set(FAULTS.map(({ row }) => row));
    expect(rows.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([]);
  });

  test('every expectation has failed on one of them', () => {
    const known = new Set([...emitted.values()].flatMap(({ failing }) => [...failing]));
    const all = cases.map(({ row, expectation }) => `${row.id}: ${expectation.name}`);
    expect([...new Set(all)].filter((each) => !caught.has(each) && !known.has(each))).toEqual([]);
  });
});

import { planOfVariant, SYSTEM_NAMES } from '@breakwater/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { definitions } from '../conformance-target.ts';
import type { Entry, Existing } from './plugins/account.ts';
import { revealed, type Value, type Values } from './plugins/values.ts';
import { type Project, projectOf, type Step } from './project.ts';

const urnsOf = (entries: readonly { readonly urn: string }[]) => entries.map(({ urn }) => urn).toSorted();

/** What a provider creates; components and the stack are the engine's own. */
const custom = (steps: readonly Step[]) => steps.filter(({ type }) => type.startsWith('aws:'));

const SECRET_ARGUMENTS = ['secretString', 'masterPassword', 'password'];

/** What nobody may read of a secret's text: of JSON all but what other resources say in the open as well. */
function words(secret: Value): readonly string[] {
  const text = revealed(secret);
  if (typeof text !== 'string') return [];
  // A secret's JSON holds texts and numbers.
  const fields = text.startsWith('{') ? (JSON.parse(text) as Values) : { password: text };
  return ['password', 'url'].flatMap((key) => (typeof fields[key] === 'string' ? [fields[key]] : []));
}

describe.each(SYSTEM_NAMES)('the program of %s in Pulumi’s engine', (system) => {
  let project: Project;
  let planned: readonly Step[];
  let created: readonly Entry[];
  let before: readonly Existing[];

  beforeAll(async () => {
    project = await projectOf(system);
    before = project.resources();
    planned = await project.preview();
    await project.pulumi(['up', '--yes', '--skip-preview']);
    created = project.done();
  });
  afterAll(() => project?.remove());

  test('creates what the preview said, once', () => {
    expect(custom(planned).every(({ op }) => op === 'create')).toBe(true);
    expect(urnsOf(created)).toEqual(urnsOf(custom(planned)));
    expect(created.length).toBeGreaterThan(40);
  });

  test('has the outputs of the plan', async () => {
    const { stdout } = await project.pulumi(['stack', 'output', '--json']);
    // What Pulumi prints of outputs is a JSON object of them.
    const outputs = JSON.parse(stdout) as Record<string, string>;
    const plan = planOfVariant(definitions, system, 'dev');
    expect(Object.keys(outputs)).toEqual(plan.outputs.map(({ key }) => key).toSorted());
    for (const value of Object.values(outputs)) expect(value).toMatch(/^\S+$/);
  });

  test('changes nothing the second time, nor after looking at what is there', async () => {
    await project.pulumi(['up', '--yes', '--skip-preview', '--refresh', '--expect-no-changes']);
    expect(project.done()).toEqual([]);
  });

  test('keeps no secret in its state in the open', () => {
    const secrets = project
      .resources()
      .flatMap(({ inputs }) => SECRET_ARGUMENTS.flatMap((key) => words(inputs[key] ?? null)));
    expect(secrets.length).toBeGreaterThan(0);
    const state = project.state();
    for (const secret of secrets) expect(state.includes(secret)).toBe(false);
  });

  test('leaves nothing when it is destroyed, and takes away nothing that something else still uses', async () => {
    await project.pulumi(['destroy', '--yes', '--skip-preview']);
    const deleted = project.done();
    expect(urnsOf(deleted)).toEqual(urnsOf(created));
    expect(deleted.filter(({ mentionedBy = [] }) => mentionedBy.length > 0)).toEqual([]);
    expect(project.resources()).toEqual(before);
  });
});

import { expect, test } from 'vitest';
import { build, environments, planOf, systems } from './testing.ts';

test.each(environments)('%s in %s is synthesised without a warning', (system, env) => {
  const plan = planOf(systems[system], env);
  const { app, stacks } = build(
    plan,
    process.env.OUT ? { outdir: `${process.env.OUT}/${system}-${env}` } : {},
  );
  const assembly = app.synth();
  expect(assembly.stacks.flatMap(({ messages }) => messages.map((m) => m.entry.data))).toEqual([]);
  expect(Object.keys(stacks)).toEqual(
    expect.arrayContaining(Object.keys(plan.services).map((k) => `service/${k}`)),
  );
});

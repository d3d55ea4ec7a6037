import type { Plan } from '@breakwater/plan';
import { expect, test } from 'vitest';
import { planOf } from '../../plan/test/systems.ts';
import { applyRules, checkedSystem, RULES, synthesizeAndJudge, type Template } from '../src/check/index.ts';
import { type Case, type Editor, entry, type Loose, type LooseResource, sound } from './check-cases.ts';
import { LIMIT_CASES } from './check-cases-limits.ts';
import { OPERATION_CASES } from './check-cases-operations.ts';
import { SECURITY_CASES } from './check-cases-security.ts';

const CASES = [...SECURITY_CASES, ...OPERATION_CASES, ...LIMIT_CASES];

interface LooseTemplate {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string }>;
  Outputs: Record<string, unknown>;
}

const plans: Readonly<Record<string, Plan>> = { dev: planOf(sound), prod: planOf(sound, 'prod') };
const synthesized = new Map<string, readonly Template[]>();

function templatesOf(env: string): readonly Template[] {
  const known = synthesized.get(env);
  if (known !== undefined) return known;
  const { templates } = synthesizeAndJudge(entry(plans, env));
  synthesized.set(env, templates);
  return templates;
}

function editorOf(templates: readonly Template[]): Editor {
  // The CDK's own templates have this shape.
  const all = templates.map(({ stack, template }) => ({ stack, template: template as LooseTemplate }));
  const [head] = all;
  if (head === undefined) throw new Error('no template');
  head.template.Outputs ??= {};
  return {
    first: (type, containing = '') => {
      for (const { stack, template } of all)
        for (const [id, resource] of Object.entries(template.Resources))
          if (resource.Type === type && JSON.stringify(resource).includes(containing))
            return Object.assign(resource, { stack, id }) as LooseResource;
      throw new Error(`no ${type} with ${containing}`);
    },
    add: (type, properties, more = {}) => {
      const id = `Added${Object.keys(head.template.Resources).length}`;
      head.template.Resources[id] = { Type: type, Properties: properties, ...more };
    },
    outputs: head.template.Outputs,
  };
}

function findingsOf({ env = 'prod', plan: change, templates: edit }: Partial<Case>) {
  const templates = structuredClone(templatesOf(env));
  const plan = structuredClone(entry(plans, env)) as Loose<Plan>; // a copy is nobody else's, so it may be changed
  change?.(plan);
  edit?.(editorOf(templates));
  return applyRules(checkedSystem(plan as Plan, templates));
}

test.each(['dev', 'prod'])('a sound system breaks no rule in %s', (env) => {
  // Two notes remain that the definition can do nothing about: topics have no key, nor have the logs of the function that empties buckets.
  const rest = findingsOf({ env }).filter(
    ({ id, where }) => id !== 'check/topic-without-key' && !/\/empty-?buckets\//i.test(where),
  );
  expect(rest).toEqual([]);
});

test.each(CASES)('$rule $about', ({ rule, says, severity, ...change }) => {
  const found = findingsOf(change).filter(({ id }) => id === rule);
  expect(found.length).toBeGreaterThan(0);
  const fitting = found.filter(({ what }) => says.test(what));
  expect(fitting, JSON.stringify(found, null, 1)).not.toEqual([]);
  if (severity !== undefined) expect(fitting.map((each) => each.severity)).toContain(severity);
  for (const { where, why, fix } of fitting) for (const text of [where, why, fix]) expect(text).not.toBe('');
});

test('a topic with a key is silent', () => {
  const found = findingsOf({
    templates: ({ first }) => {
      first('AWS::SNS::Topic').Properties['KmsMasterKeyId'] = 'alias/topic';
    },
  });
  expect(found).toEqual([]);
});

test('every rule has a case, and an id of its own', () => {
  const ids = RULES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !CASES.some(({ rule }) => rule === id))).toEqual([]);
});

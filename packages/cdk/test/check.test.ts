import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import { planOf, systems } from '../../plan/test/systems.ts';
import {
  ACKNOWLEDGEMENTS,
  acknowledgementOf,
  check,
  type Finding,
  findingsOf,
  isBlocking,
  type Synthesized,
  sortFindings,
  synthesizeAndJudge,
} from '../src/check/index.ts';
import type { SystemStacks } from '../src/index.ts';
import { entry, sound } from './check-cases.ts';

const environments = ['dev', 'prod'] as const;
const judged = Object.entries(systems).flatMap(([name, definition]) =>
  environments.map((env) => {
    const plan = planOf(definition, env);
    return { name: `${name} in ${env}`, plan, ...synthesizeAndJudge(plan) };
  }),
);
const shown = (findings: readonly Finding[]) =>
  findings.map(({ id, where, what }) => `${id} ${where}: ${what}`);

describe('the reference systems', () => {
  test.each(judged)(
    '$name: cdk-nag finds nothing that nobody has acknowledged',
    ({ plan, ...synthesized }) => {
      expect(synthesized.nag.length).toBeGreaterThan(3);
      const left = findingsOf({ plan }, synthesized).filter(
        ({ source, acknowledged }) => source === 'cdk-nag' && acknowledged === null,
      );
      expect(shown(left)).toEqual([]);
    },
  );

  test.each(judged)(
    "$name: CloudFormation's validation finds nothing else either",
    ({ plan, ...synthesized }) => {
      const left = findingsOf({ plan }, synthesized).filter(
        ({ source, acknowledged }) => source === 'cloudformation' && acknowledged === null,
      );
      expect(shown(left)).toEqual([]);
    },
  );

  test.each(judged)('$name: nothing refuses a deployment', ({ plan, ...synthesized }) => {
    expect(shown(findingsOf({ plan }, synthesized).filter(isBlocking))).toEqual([]);
  });

  test('every acknowledgement is needed by one of them', () => {
    const used = new Set(
      judged.flatMap(({ plan, nag, validation }) =>
        [...nag, ...validation].map((violation) => acknowledgementOf(violation, plan)),
      ),
    );
    expect(
      ACKNOWLEDGEMENTS.filter((each) => !used.has(each)).map(({ rule, reason }) => `${rule}: ${reason}`),
    ).toEqual([]);
  });

  test('an acknowledgement of what can be destroyed does not hold where it is protected', () => {
    const [{ plan, nag } = { plan: null, nag: [] }] = judged;
    const deletion = nag.find(({ rule }) => rule === 'AwsSolutions-RDS10');
    if (plan === null || deletion === undefined)
      throw new Error('the catalogue in dev has deletion protection');
    expect(acknowledgementOf(deletion, plan)).not.toBeNull();
    expect(acknowledgementOf(deletion, { ...plan, protect: true })).toBeNull();
  });
});

describe('check', () => {
  test('what a hook adds is found, and may be acknowledged by the owner', async () => {
    const created = ({ stacks }: SystemStacks) => {
      const stack = stacks.get('foundation');
      if (stack !== undefined) new Bucket(stack, 'Extra');
    };
    const plan = planOf(sound);
    const of = (findings: readonly Finding[]) =>
      findings.filter(({ id, where }) => id === 'AwsSolutions-S10' && where.includes('/Extra/'));
    const open = of(await check({ plan, created }));
    expect(open).toMatchObject([{ severity: 'error', acknowledged: null }]);
    expect(open.every(isBlocking)).toBe(true);
    const ours = {
      rule: 'AwsSolutions-S10',
      where: `${plan.system}-*-foundation/Extra`,
      reason: 'It is empty.',
    };
    const left = of(await check({ plan, created, acknowledgements: [ours] }));
    expect(left).toMatchObject([{ acknowledged: 'It is empty.' }]);
    expect(left.some(isBlocking)).toBe(false);
  });

  test('what a transform loosens is found', async () => {
    const findings = await check({
      plan: planOf(sound),
      transform: {
        databaseCluster: (props) => ({ ...props, storageEncrypted: false }),
        role: (props) => ({
          ...props,
          managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess')],
        }),
      },
    });
    const ids = new Set(findings.filter(isBlocking).map(({ id }) => id));
    expect([...ids]).toEqual(
      expect.arrayContaining(['check/unencrypted', 'check/full-access-policy', 'AwsSolutions-RDS2']),
    );
  });

  const nothing: Synthesized = { templates: [], nag: [], validation: [] };

  test("the definition's own findings come along, with their cause", () => {
    const path = 'services.web.environment.TOKEN';
    const findings = findingsOf(
      {
        plan: planOf(sound),
        diagnostics: [
          { code: 'BW1315', severity: 'warning', path, message: 'TOKEN looks like a secret.', fix: 'f' },
        ],
      },
      nothing,
    );
    expect(findings).toContainEqual(
      expect.objectContaining({
        id: 'BW1315',
        source: 'definition',
        where: path,
        why: expect.stringMatching(/Secrets Manager/),
      }),
    );
  });

  test('what one of our rules says better is said once', () => {
    const definition = {
      ...sound,
      services: { web: { ...entry(sound.services, 'web'), capacity: { spot: 1 } } },
    };
    const plan = planOf(definition, 'prod');
    const own = findingsOf({ plan }, nothing).find(({ id }) => id === 'check/spot-only');
    if (own === undefined) throw new Error('Spot alone is not found');
    const diagnostics = [
      { code: 'BW1307', severity: 'warning', path: own.where, message: 'm', fix: 'f' },
      { code: 'BW1307', severity: 'warning', path: 'services.other.capacity', message: 'm', fix: 'f' },
    ] as const;
    const ids = findingsOf({ plan, diagnostics }, nothing).filter(({ id }) => id === 'BW1307');
    expect(ids.map(({ where }) => where)).toEqual(['services.other.capacity']);
  });

  test('an acknowledgement of a project of its own is heard', () => {
    const violation = {
      rule: 'AwsSolutions-X1',
      severity: 'error',
      what: 'w',
      fix: null,
      path: 'p',
      type: 't',
      name: null,
    } as const;
    const props = {
      plan: planOf(sound),
      acknowledgements: [{ rule: 'AwsSolutions-X1', applies: () => true, reason: 'r' }],
    };
    const [first] = findingsOf(props, { ...nothing, nag: [violation] }).filter(
      ({ id }) => id === violation.rule,
    );
    expect(first?.acknowledged).toBe('r');
  });
});

test('what nobody has acknowledged comes first, the worst of it at the top', () => {
  const finding = (id: string, severity: Finding['severity'], acknowledged: string | null): Finding => ({
    id,
    severity,
    where: 'w',
    what: 'w',
    why: 'w',
    fix: 'f',
    source: 'breakwater',
    acknowledged,
  });
  const sorted = sortFindings([
    finding('d', 'error', 'because'),
    finding('c', 'info', null),
    finding('a', 'warning', null),
    finding('b', 'error', null),
    finding('b', 'error', null),
  ]);
  expect(sorted.map(({ id }) => id)).toEqual(['b', 'a', 'c', 'd']);
});

import { planOfVariant, SYSTEM_NAMES, type SystemName, type Variant } from '@breakwater/testkit';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { beforeAll, describe, expect, test } from 'vitest';
import { programOf, System } from '../src/index.ts';
import { type Inspection, inspect, type Registration } from '../src/inspect/index.ts';
import { answersFor, definitions, inspectPlan } from './conformance-target.ts';

// What stands beside the arguments: options of resources, and what is kept out of Pulumi's state in the open.

const custom = ({ registrations }: Inspection) =>
  registrations.filter((each) => each.custom && !each.type.startsWith('pulumi:'));
const ofType = (inspection: Inspection, type: string): readonly Registration[] =>
  inspection.registrations.filter((each) => each.type === type);
const planOf = (system: SystemName, variant: Variant) => planOfVariant(definitions, system, variant);

const HOLDS_DATA = [
  'aws:rds/cluster:Cluster',
  'aws:rds/instance:Instance',
  'aws:dynamodb/table:Table',
  'aws:s3/bucket:Bucket',
  'aws:secretsmanager/secret:Secret',
  'aws:kms/key:Key',
  'aws:cloudwatch/logGroup:LogGroup',
];

describe.each(SYSTEM_NAMES)('%s in a protected environment', (system) => {
  const plan = planOf(system, 'prod');
  let ran: Inspection;
  beforeAll(async () => {
    ran = await inspectPlan(plan);
  });

  test('has `protect` on all that holds data, on the way in and on the network', () => {
    const types = [...HOLDS_DATA, 'aws:lb/loadBalancer:LoadBalancer', 'aws:ec2/vpc:Vpc'];
    const held = custom(ran).filter(({ type }) => types.includes(type));
    expect(held.length).toBeGreaterThan(4);
    expect(held.filter(({ options }) => !options.protect).map(({ urn }) => urn)).toEqual([]);
    const others = custom(ran).filter(({ type }) => !types.includes(type));
    expect(others.filter(({ options }) => options.protect).map(({ urn }) => urn)).toEqual([]);
  });

  test('leaves in AWS what the plan retains, when it leaves the program', () => {
    for (const { name } of Object.values(plan.tables))
      expect(
        ofType(ran, 'aws:dynamodb/table:Table').find(({ inputs }) => inputs['name'] === name)?.options,
      ).toMatchObject({ retainOnDelete: true });
    for (const { options, inputs } of ofType(ran, 'aws:ecr/repository:Repository')) {
      expect(inputs['forceDelete']).toBe(false);
      expect(options.retainOnDelete).toBe(true);
    }
    for (const { inputs } of ofType(ran, 'aws:s3/bucket:Bucket')) expect(inputs['forceDestroy']).toBe(false);
  });

  test('takes a last snapshot of a database, by the plan’s name', () => {
    const databases = [
      ...ofType(ran, 'aws:rds/cluster:Cluster'),
      ...ofType(ran, 'aws:rds/instance:Instance'),
    ];
    const names = Object.values(plan.databases).map((database) => database.finalSnapshotName);
    expect(databases.map(({ inputs }) => inputs['finalSnapshotIdentifier'])).toEqual(names);
    for (const { inputs } of databases)
      expect(inputs).toMatchObject({ skipFinalSnapshot: false, deletionProtection: true });
  });
});

describe('what others change behind the program’s back', () => {
  const system = (service: object) => ({
    name: 'web',
    region: 'eu-west-1',
    defaults: '2026-11',
    services: { api: { image: 'public.ecr.aws/nginx/nginx:1.29', routes: ['/*'], ...service } },
  });
  const run = (definition: object) =>
    inspect(async () => new System('web', { definition, env: 'dev' }).outputs, {
      project: 'web',
      answers: answersFor({ region: 'eu-west-1' }),
    });
  const ignored = (inspection: Inspection, type: string) =>
    ofType(inspection, type).flatMap(({ options }) => options.ignoreChanges);

  test('scaling owns the count; where it is fixed, the program does', async () => {
    const scaled = await run(system({ scaling: { tasks: [2, 4] } }));
    expect(ignored(scaled, 'aws:ecs/service:Service')).toEqual(['desiredCount']);
    const fixed = await run(system({ scaling: { tasks: 3 } }));
    expect(ignored(fixed, 'aws:ecs/service:Service')).toEqual([]);
    expect(ofType(fixed, 'aws:ecs/service:Service')[0]?.inputs['desiredCount']).toBe(3);
  });

  test.each(['blue-green', 'canary', 'linear'])(
    'with %s ECS owns the weights of the rule, and a new task definition still gets to it',
    async (deployment) => {
      const ran = await run(system({ deployment }));
      expect(ignored(ran, 'aws:lb/listenerRule:ListenerRule')).toEqual(['actions']);
      for (const owned of ['taskDefinition', 'loadBalancers'])
        expect(ignored(ran, 'aws:ecs/service:Service')).not.toContain(owned);
    },
  );

  test('with the rolling strategy the rule is the program’s', async () => {
    const ran = await run(system({ deployment: 'rolling' }));
    expect(ignored(ran, 'aws:lb/listenerRule:ListenerRule')).toEqual([]);
  });

  test('rotation owns passwords', async () => {
    const ran = await inspectPlan(planOf('payments', 'dev'));
    const versions = ofType(ran, 'aws:secretsmanager/secretVersion:SecretVersion');
    expect(versions.length).toBeGreaterThan(0);
    for (const { options } of versions) expect(options.ignoreChanges).toContain('secretString');
    for (const system of SYSTEM_NAMES) {
      const databases = await inspectPlan(planOf(system, 'dev'));
      for (const { options } of ofType(databases, 'aws:rds/cluster:Cluster'))
        expect(options.ignoreChanges).toEqual(['masterPassword']);
      for (const { options } of ofType(databases, 'aws:rds/instance:Instance'))
        expect(options.ignoreChanges).toEqual(['password']);
    }
  });
});

/** What stands for a password or a field of a secret in the suite’s answers. */
const VALUE = /<random-password|\{\{resolve:secretsmanager/;
const has = (value: unknown): boolean => VALUE.test(JSON.stringify(value) ?? '');

/** Arguments that hold a secret’s value and are not marked as secret, and whatever else shows one. */
const shown = ({ registrations, componentOutputs, outputs }: Inspection): readonly string[] => [
  ...registrations.flatMap(({ name, inputs, secretInputs }) =>
    Object.entries(inputs).flatMap(([key, value]) =>
      has(value) && !secretInputs.includes(key) ? [`${name}.${key}`] : [],
    ),
  ),
  ...Object.entries({ ...componentOutputs, ...outputs }).flatMap(([key, value]) => (has(value) ? [key] : [])),
];

describe.each(SYSTEM_NAMES)('the secrets of %s', (system) => {
  test.each(['dev', 'prod'] as const)('never stand in the open, %s', async (variant) => {
    const ran = await inspectPlan(planOf(system, variant));
    // Every one of them reads or makes at least one, so that there is something to find.
    expect(ran.registrations.filter(({ inputs }) => has(inputs)).length).toBeGreaterThan(0);
    expect(shown(ran)).toEqual([]);
  });
});

test('a secret that is taken out of its cover is noticed', async () => {
  const plan = planOf('payments', 'dev');
  const program = async () => {
    const { secretVersions } = new System('payments', { plan }).data;
    const [text] = Object.values(secretVersions).map(({ secretString }) => pulumi.unsecret(secretString));
    new aws.sns.Topic('copy', { displayName: text?.apply((value) => value ?? '') ?? '' });
    return { password: text };
  };
  const ran = await inspect(program, { project: 'payments', answers: answersFor(plan) });
  expect(shown(ran)).toEqual(expect.arrayContaining(['copy.displayName', 'password']));
});

test('whoever sets default tags for the provider gets them on top of the plan’s', async () => {
  const tags = { tags: { Owner: 'platform' } };
  const ran = await inspect(programOf(definitions.shop), {
    project: 'shop',
    config: {
      'aws:defaultTags': JSON.stringify(tags),
      'aws:ignoreTags': JSON.stringify({ keyPrefixes: ['kubernetes.io/'] }),
    },
    answers: answersFor(planOf('shop', 'dev')),
  });
  const [provider] = ofType(ran, 'pulumi:providers:aws');
  // A provider takes objects as JSON.
  expect(provider?.inputs['defaultTags']).toBe(JSON.stringify(tags));
  expect(provider?.inputs['ignoreTags']).toContain('kubernetes.io/');
  expect(ofType(ran, 'aws:ecs/cluster:Cluster')[0]?.inputs['tags']).toMatchObject(planOf('shop', 'dev').tags);
});

test('every resource is below its part, and every part below the system', async () => {
  const { registrations } = await inspectPlan(planOf('payments', 'dev'));
  const byUrn = new Map(registrations.map((each) => [each.urn, each]));
  const chain = (registration: Registration): readonly string[] => {
    const parent = registration.parent === null ? undefined : byUrn.get(registration.parent);
    return parent === undefined ? [] : [parent.type, ...chain(parent)];
  };
  const parts = ['Registries', 'Foundation', 'Data', 'Service', 'Dashboard'].map(
    (part) => `breakwater:index:${part}`,
  );
  for (const each of registrations.filter(({ type }) => type.startsWith('aws:'))) {
    const [part, system, ...rest] = chain(each);
    expect(parts, each.urn).toContain(part);
    expect(system).toBe('breakwater:index:System');
    expect(rest).toEqual(['pulumi:pulumi:Stack']);
  }
});

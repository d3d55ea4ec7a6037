import type { Plan } from '@breakwater/plan';
import { planOfVariant, SYSTEM_NAMES, type Variant } from '@breakwater/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { createApp, createStacks } from '../../cdk/src/index.ts';
import { System, type Transform, type TransformTargets } from '../src/index.ts';
import { inspect, type Registration } from '../src/inspect/index.ts';
import { answersFor, definitions } from './conformance-target.ts';

type Kind = keyof TransformTargets;

/** What each kind is in Pulumi, and where a change of it shows. */
const KINDS: Readonly<Record<Kind, { readonly type: string; readonly shows?: 'name' | 'container' }>> = {
  vpc: { type: 'aws:ec2/vpc:Vpc' },
  securityGroup: { type: 'aws:ec2/securityGroup:SecurityGroup' },
  cluster: { type: 'aws:ecs/cluster:Cluster' },
  loadBalancer: { type: 'aws:lb/loadBalancer:LoadBalancer' },
  listener: { type: 'aws:lb/listener:Listener' },
  targetGroup: { type: 'aws:lb/targetGroup:TargetGroup' },
  listenerRule: { type: 'aws:lb/listenerRule:ListenerRule' },
  repository: { type: 'aws:ecr/repository:Repository' },
  databaseCluster: { type: 'aws:rds/cluster:Cluster' },
  databaseInstance: { type: 'aws:rds/instance:Instance' },
  table: { type: 'aws:dynamodb/table:Table' },
  bucket: { type: 'aws:s3/bucket:Bucket' },
  secret: { type: 'aws:secretsmanager/secret:Secret' },
  encryptionKey: { type: 'aws:kms/key:Key' },
  logGroup: { type: 'aws:cloudwatch/logGroup:LogGroup' },
  topic: { type: 'aws:sns/topic:Topic' },
  role: { type: 'aws:iam/role:Role' },
  taskDefinition: { type: 'aws:ecs/taskDefinition:TaskDefinition' },
  container: { type: 'aws:ecs/taskDefinition:TaskDefinition', shows: 'container' },
  service: { type: 'aws:ecs/service:Service' },
  scalableTarget: { type: 'aws:appautoscaling/target:Target' },
  alarm: { type: 'aws:cloudwatch/metricAlarm:MetricAlarm' },
  dashboard: { type: 'aws:cloudwatch/dashboard:Dashboard', shows: 'name' },
};

const KIND_NAMES = Object.keys(KINDS) as Kind[]; // the keys of the table above
const VARIANTS = ['dev', 'subscribers', 'canary'] as const satisfies readonly Variant[];
const plans = SYSTEM_NAMES.flatMap((system) =>
  VARIANTS.map((variant) => planOfVariant(definitions, system, variant)),
);

/** A transform of every kind by one function. */
const ofEach = (change: (kind: Kind, args: Readonly<Record<string, unknown>>, key: string) => unknown) =>
  Object.fromEntries(
    KIND_NAMES.map((kind) => [
      kind,
      (args: Readonly<Record<string, unknown>>, key: string) => change(kind, args, key),
    ]),
  );

/** Marks whatever is given with the key that it is called with. */
function marked(kind: Kind, args: Readonly<Record<string, unknown>>, key: string): unknown {
  switch (KINDS[kind].shows) {
    case 'container':
      return { ...args, dockerLabels: { Marked: key } };
    case 'name':
      return { ...args, dashboardName: `Marked:${key}` };
    default:
      return { ...args, tags: { ...Object(args['tags']), Marked: key } };
  }
}

/** The keys that a registration was marked with, as one of a kind. */
function marksOf({ inputs }: Registration, kind: Kind): readonly string[] {
  switch (KINDS[kind].shows) {
    case 'container':
      return JSON.parse(String(inputs['containerDefinitions'])).map(
        (container: { dockerLabels?: { Marked?: string } }) => container.dockerLabels?.Marked,
      );
    case 'name':
      return [String(inputs['dashboardName']).replace('Marked:', '')];
    default:
      return [String(Object(inputs['tags'])['Marked'])];
  }
}

async function markedByPulumi(plan: Plan) {
  const called: string[] = [];
  const transform = ofEach((kind, args, key) => {
    called.push(`${kind} ${key}`);
    return marked(kind, args, key);
  });
  const { registrations } = await inspect(
    // Each function gives back what it was given, marked.
    async () => new System(plan.system, { plan, transform: transform as Transform }).outputs,
    { project: plan.system, answers: answersFor(plan) },
  );
  return { called, registrations };
}

/** What CDK's transform is called with. */
function calledByCdk(plan: Plan): readonly string[] {
  const called: string[] = [];
  const transform = ofEach((kind, props, key) => {
    called.push(`${kind} ${key}`);
    return props;
  });
  createStacks(createApp(), { plan, transform });
  return called;
}

describe('a transform', () => {
  const ran: { plan: Plan; called: string[]; registrations: readonly Registration[] }[] = [];
  beforeAll(async () => {
    for (const plan of plans) ran.push({ plan, ...(await markedByPulumi(plan)) });
  }, 60_000);

  test.each(KIND_NAMES)('of %s changes every resource of that kind', (kind) => {
    let count = 0;
    for (const { called, registrations } of ran) {
      const keys = called.flatMap((each) =>
        each.startsWith(`${kind} `) ? [each.slice(kind.length + 1)] : [],
      );
      const marks = registrations
        .filter(({ type }) => type === KINDS[kind].type)
        .flatMap((each) => marksOf(each, kind));
      expect([...marks].sort()).toEqual([...keys].sort());
      count += marks.length;
    }
    expect(count).toBeGreaterThan(0);
  });

  test('is called with the kinds and keys of the CDK', () => {
    for (const { plan, called } of ran) {
      // Pulumi's provider empties buckets without a function.
      const cdk = calledByCdk(plan).filter((each) => each !== 'role empty-buckets');
      expect([...called].sort()).toEqual([...cdk].sort());
    }
  }, 60_000);

  test('is never called with a physical name', () => {
    for (const { plan, called } of ran)
      for (const each of called) expect(each.split(/[ /-]/)).not.toContain(plan.env);
  });
});

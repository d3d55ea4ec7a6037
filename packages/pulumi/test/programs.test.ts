import { readFileSync } from 'node:fs';
import { planOfVariant, SYSTEM_NAMES, type SystemName } from '@breakwater/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import catalog from '../../../systems/catalog/pulumi/index.ts';
import payments from '../../../systems/payments/pulumi/index.ts';
import shop from '../../../systems/shop/pulumi/index.ts';
import storefront from '../../../systems/storefront/pulumi/index.ts';
import { type Inspection, inspect, type Registration } from '../src/inspect/index.ts';
import { answersFor, definitions } from './conformance-target.ts';

const programs = { catalog, payments, shop, storefront } as const;

/** The project's name and the stack's settings, as the files have them. */
function settingsOf(system: SystemName): { project: string; config: Record<string, string> } {
  const read = (file: string) =>
    readFileSync(new URL(`../../../systems/${system}/pulumi/${file}`, import.meta.url), 'utf8');
  const project = /^name: (\S+)$/m.exec(read('Pulumi.yaml'))?.[1] ?? '';
  const lines = read('Pulumi.dev.yaml').matchAll(/^ {2}(\S+:\S+): (\S+)$/gm);
  return { project, config: Object.fromEntries([...lines].map(([, key = '', value = '']) => [key, value])) };
}

function run(system: SystemName, changes: Readonly<Record<string, string>> = {}): Promise<Inspection> {
  const { project, config } = settingsOf(system);
  const plan = planOfVariant(definitions, system, Object.values(changes).includes('pr42') ? 'pr42' : 'dev');
  return inspect(programs[system], {
    project,
    stack: 'dev',
    config: { ...config, ...changes },
    answers: answersFor(plan),
  });
}

const ofType = ({ registrations }: Inspection, type: string): readonly Registration[] =>
  registrations.filter((each) => each.type === type);

describe.each(SYSTEM_NAMES)('the program of %s', (system) => {
  let ran: Inspection;
  let custom: readonly Registration[];
  beforeAll(async () => {
    ran = await run(system);
    custom = ran.registrations.filter((each) => each.custom && !each.type.startsWith('pulumi:'));
  });

  test('takes the environment from the stack: every name has it', async () => {
    const other = await run(system, { [`${system}:environmentSuffix`]: 'pr42' });
    const names = (inspection: Inspection) =>
      inspection.registrations.flatMap(({ inputs }) =>
        ['name', 'bucket', 'clusterIdentifier', 'identifier', 'family', 'dashboardName'].flatMap((key) =>
          typeof inputs[key] === 'string' && !inputs[key].startsWith('<') ? [inputs[key]] : [],
        ),
      );
    expect(names(ran).some((name) => name.includes('dev'))).toBe(true);
    expect(names(other).filter((name) => /(^|[-/.])dev($|[-/.])/.test(name))).toEqual([]);
    expect(other.registrations.map(({ urn }) => urn)).toEqual(ran.registrations.map(({ urn }) => urn));
  });

  test('has every output of the plan, all of them known', () => {
    const plan = planOfVariant(definitions, system, 'dev');
    expect(Object.keys(ran.outputs)).toEqual(plan.outputs.map(({ key }) => key));
    for (const value of Object.values(ran.outputs)) expect(value).toMatch(/\S/);
  });

  test('creates everything below one component, by one provider for the region of the definition', () => {
    const known = new Set(ran.registrations.map(({ urn }) => urn));
    expect(custom.filter(({ parent }) => parent === null || !known.has(parent))).toEqual([]);
    expect(custom.filter(({ parent }) => parent?.includes('breakwater:index:') !== true)).toEqual([]);
    const [provider, ...others] = ofType(ran, 'pulumi:providers:aws');
    expect(others).toEqual([]);
    expect(provider?.inputs['region']).toBe(planOfVariant(definitions, system, 'dev').region);
    expect(new Set(custom.map(({ options }) => options.provider)).size).toBe(1);
  });

  test('registers nothing twice', () => {
    const urns = ran.registrations.map(({ urn }) => urn);
    expect(urns.filter((urn, index) => urns.indexOf(urn) !== index)).toEqual([]);
  });

  test('tags whatever takes tags', () => {
    const { tags } = planOfVariant(definitions, system, 'dev');
    const tagged = custom.filter(({ inputs }) => 'tags' in inputs);
    expect(tagged.length).toBeGreaterThan(custom.length / 2);
    for (const { inputs } of tagged) expect(inputs['tags']).toMatchObject(tags);
  });

  test('keeps from Pulumi’s state in the open what is secret', () => {
    const secretive = ['secretString', 'masterPassword', 'password'];
    for (const { inputs, secretInputs, urn } of custom)
      for (const key of secretive.filter((each) => each in inputs))
        expect(secretInputs, `${urn} ${key}`).toContain(key);
    const open = custom.map(({ inputs, secretInputs }) =>
      Object.fromEntries(Object.entries(inputs).filter(([key]) => !secretInputs.includes(key))),
    );
    expect(JSON.stringify(open)).not.toMatch(/<random-password|\{\{resolve:/);
  });

  test('leaves to autoscaling the count that it owns, and starts on Fargate', () => {
    const services = ofType(ran, 'aws:ecs/service:Service');
    expect(services.length).toBeGreaterThan(0);
    for (const { inputs, options } of services) {
      expect(options.ignoreChanges).toContain('desiredCount');
      expect(inputs['desiredCount']).toBeGreaterThan(0);
      expect(inputs['launchType']).toBeUndefined();
      expect(inputs['capacityProviderStrategies']).not.toEqual([]);
    }
  });

  test('keeps its target groups when a port changes: the ones in use cannot go first', () => {
    const groups = ofType(ran, 'aws:lb/targetGroup:TargetGroup');
    expect(groups.length).toBeGreaterThan(0);
    for (const { options } of groups) expect(options.ignoreChanges).toContain('port');
  });

  test('can be destroyed: images, objects and secrets go along, databases leave no snapshot', () => {
    for (const { inputs } of ofType(ran, 'aws:ecr/repository:Repository'))
      expect(inputs['forceDelete']).toBe(true);
    for (const { inputs } of ofType(ran, 'aws:s3/bucket:Bucket')) expect(inputs['forceDestroy']).toBe(true);
    for (const { inputs } of ofType(ran, 'aws:secretsmanager/secret:Secret'))
      expect(inputs['recoveryWindowInDays']).toBe(0);
    const databases = [
      ...ofType(ran, 'aws:rds/cluster:Cluster'),
      ...ofType(ran, 'aws:rds/instance:Instance'),
    ];
    for (const { inputs } of databases) expect(inputs['skipFinalSnapshot']).toBe(true);
    expect(custom.filter(({ options }) => options.protect || options.retainOnDelete)).toEqual([]);
  });

  test('deletes before it replaces whatever has a name of its own', () => {
    const named = custom.filter(
      ({ type, inputs }) =>
        typeof inputs['name'] === 'string' && !/iam\/rolePolicy:|route53\/record:/.test(type),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ options }) => !options.deleteBeforeReplace).map(({ urn }) => urn)).toEqual([]);
  });
});

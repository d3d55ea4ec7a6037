import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Entry } from './plugins/account.ts';
import { type Project, projectOf } from './project.ts';

const api = {
  image: 'public.ecr.aws/nginx/nginx:1.29',
  port: 8080,
  routes: ['/api/*'],
  health: '/health',
  scaling: { tasks: [2, 6], cpu: 70 },
  deployment: { strategy: 'blue-green', bake: '10 min' },
  uses: ['carts', 'products'],
};
const admin = { image: 'public.ecr.aws/nginx/nginx:1.29', routes: ['/admin/*'], health: '/admin/health' };
const base = {
  name: 'shop',
  region: 'eu-south-1',
  defaults: '2026-11',
  services: { api },
  stores: {
    carts: { kind: 'table', partitionKey: 'pk' },
    products: { kind: 'postgres', credentials: { kind: 'generated-secret', username: 'shop' } },
  },
  environments: { prod: { protect: true } },
};
const withApi = (change: object) => ({ ...base, services: { api: { ...api, ...change } } });

const programOf = (definition: unknown): string =>
  `import { programOf } from '@breakwater/pulumi';\nexport default programOf(${JSON.stringify(definition)});\n`;

/** `update ecs/service shop-api` */
function line({ action, urn }: Entry): string {
  const [, type = '', name = ''] = /\$aws:([^:$]+):\w+::(.+)$/.exec(urn) ?? [];
  return `${action} ${type} ${name}`;
}
const lines = (entries: readonly Entry[]): readonly string[] => entries.map(line).toSorted();
const inUse = (entries: readonly Entry[]): readonly string[] =>
  entries.filter(({ mentionedBy = [] }) => mentionedBy.length > 0).map(line);

/** A new revision runs before the last one goes. */
const NEW_REVISION = [
  'create ecs/taskDefinition shop-api',
  'delete ecs/taskDefinition shop-api',
  'update ecs/service shop-api',
];

describe('a change of the definition, in Pulumi’s engine', () => {
  let project: Project;

  /** Deploys another definition; what was done, in order. */
  async function deploy(definition: unknown): Promise<readonly Entry[]> {
    project.write(programOf(definition));
    await project.pulumi(['up', '--yes', '--skip-preview']);
    return project.done();
  }

  beforeAll(async () => {
    project = await projectOf('shop', programOf(base));
    await deploy(base);
  });
  afterAll(() => project?.remove());

  test('of one property is shown as that, and done as that', async () => {
    const changed = withApi({ health: '/healthz' });
    project.write(programOf(changed));
    const steps = await project.preview();
    const groups = ['shop-api-blue', 'shop-api-green'];
    expect(steps.map(({ op, name, changed }) => [op, name, changed]).toSorted()).toEqual(
      groups.map((name) => ['update', name, ['healthCheck']]),
    );
    expect(lines(await deploy(changed))).toEqual(groups.map((name) => `update lb/targetGroup ${name}`));
    await deploy(base);
  });

  test('of what a task runs with is a new revision, and a service that takes it', async () => {
    const entries = await deploy(withApi({ environment: { MODE: 'fast' } }));
    expect(lines(entries)).toEqual(NEW_REVISION);
    expect(entries.map(line)).toEqual([NEW_REVISION[0], NEW_REVISION[2], NEW_REVISION[1]]);
    await deploy(base);
  });

  test('of a port opens the new one first and closes the old one last; target groups in use stay', async () => {
    const entries = await deploy(withApi({ port: 9090 }));
    const done = entries.map(line);
    expect(done.filter((each) => each.includes('targetGroup'))).toEqual([]);
    expect(inUse(entries)).toEqual([]);
    const moment = (start: string) => done.findIndex((each) => each.startsWith(start));
    const service = moment('update ecs/service shop-api');
    expect(moment('create vpc/securityGroupIngressRule')).toBeLessThan(service);
    expect(moment('delete vpc/securityGroupIngressRule')).toBeGreaterThan(service);
    await deploy(base);
  });

  test('that adds a service, wherever it stands, creates it and leaves the others alone', async () => {
    const added = await deploy({ ...base, services: { admin, api } });
    const others = added.filter(({ action, urn }) => action !== 'create' || !urn.includes('admin'));
    expect(lines(others)).toEqual(['update cloudwatch/dashboard shop-dashboard']);
    expect(await deploy({ ...base, services: { api, admin } })).toEqual([]);
    const removed = await deploy(base);
    const gone = (entries: readonly Entry[], action: string) =>
      entries
        .filter((each) => each.action === action)
        .map(({ urn }) => urn)
        .toSorted();
    expect(gone(removed, 'delete')).toEqual(gone(added, 'create'));
    expect(inUse(removed)).toEqual([]);
  });

  test('that makes something anew under its name deletes it first', async () => {
    const stores = { ...base.stores, carts: { kind: 'table', partitionKey: 'id' } };
    const entries = await deploy({ ...base, stores });
    const tables = entries.map(line).filter((each) => each.includes('dynamodb'));
    expect(tables).toEqual(['delete dynamodb/table shop-carts', 'create dynamodb/table shop-carts']);
    await deploy(base);
  });

  test('takes back nothing of what scaling and deployments have changed', async () => {
    const moved = {
      'aws:ecs/service:Service': 'desiredCount',
      'aws:lb/listenerRule:ListenerRule': 'actions',
    };
    project.drift((resource) => {
      const key = moved[resource.type as keyof typeof moved];
      const elsewhere = key === 'desiredCount' ? 5 : [{ type: 'forward', forward: { targetGroups: [] } }];
      if (key === undefined) return resource;
      const { inputs, state } = resource;
      return { ...resource, inputs: { ...inputs, [key]: elsewhere }, state: { ...state, [key]: elsewhere } };
    });
    await project.pulumi(['refresh', '--yes', '--skip-preview']);
    expect(await deploy(base)).toEqual([]);
    const service = project.resources().find(({ type }) => type === 'aws:ecs/service:Service');
    expect(service?.inputs['desiredCount']).toBe(5);
    expect(lines(await deploy(withApi({ environment: { MODE: 'fast' } })))).toEqual(NEW_REVISION);
    expect(
      project.resources().find(({ type }) => type === 'aws:ecs/service:Service')?.inputs['desiredCount'],
    ).toBe(5);
  });
});

describe('Pulumi’s engine', () => {
  let project: Project;
  beforeAll(async () => {
    project = await projectOf('shop', programOf(base));
  });
  afterAll(() => project?.remove());

  test('creates nothing where a setting is wrong, and says it in the words of every other target', async () => {
    await project.set('shop:environmentSuffix', 'Not A Suffix');
    const { code, text } = await project.pulumi(['up', '--yes', '--skip-preview'], { mayFail: true });
    expect(code).not.toBe(0);
    expect(text).toContain('BW1101');
    expect(project.done()).toEqual([]);
    await project.set('shop:environmentSuffix', 'prod');
  });

  test('creates the repositories alone, then the rest, as the first deployment needs it', async () => {
    const targets = ['**pulumi:providers:aws**', '**::breakwater:index:System::*', '**Registries**'];
    const own = { ...base, services: { api: { ...api, image: './service' } } };
    project.write(programOf(own));
    await project.pulumi(['up', '--yes', '--skip-preview', ...targets.flatMap((each) => ['--target', each])]);
    expect(lines(project.done())).toEqual([
      'create ecr/lifecyclePolicy shop-api',
      'create ecr/repository shop-api',
    ]);
    await project.pulumi(['up', '--yes', '--skip-preview']);
    const rest = project.done();
    expect(rest.length).toBeGreaterThan(40);
    expect(lines(rest).filter((each) => !each.startsWith('create ') || each.includes('ecr/'))).toEqual([]);
  });

  test('refuses to destroy what is protected, before anything is deleted', async () => {
    // With its preview, as everybody runs it: the preview finds what is protected.
    const { code, text } = await project.pulumi(['destroy', '--yes'], { mayFail: true });
    expect(code).not.toBe(0);
    expect(text).toMatch(/marked for protection|protected/);
    expect(project.done()).toEqual([]);
  });
});

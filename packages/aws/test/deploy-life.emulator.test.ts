import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DeployEvent,
  deploy,
  destroy,
  destroyPlan,
  diff,
  listReleases,
  outputs,
  readFlatOutputs,
  rollback,
  type Session,
} from '../src/index.ts';
import { ownStacks } from '../src/stacks/read.ts';
import { listResources } from '../src/stacks/resources.ts';
import { templateOf } from './deploy/templates.ts';
import { emptyAccount, planOf, startWorld, type World } from './deploy/world.ts';
import { inventory } from './emulator/inventory.ts';

const REGION = 'eu-west-1';
const api = {
  image: './service',
  port: 8080,
  size: { cpu: 256, memory: 512 },
  routes: ['/api/*', '/health'],
};
const base = {
  name: 'books',
  region: REGION,
  defaults: '2026-11',
  network: { zones: 2 },
  stores: { sessions: { kind: 'table', partitionKey: 'id' } },
  services: { api: { ...api, uses: ['sessions'] } },
};
const withAdmin = {
  ...base,
  services: { ...base.services, admin: { ...api, routes: ['/admin/*'], size: { cpu: 512, memory: 1024 } } },
};

let world: World;
let session: Session;
beforeAll(async () => {
  world = await startWorld(REGION);
  await emptyAccount(world);
  session = await world.session();
  await world.setSource('FROM node:20\n');
});
afterAll(() => world?.end());

const deployed = async (definition: unknown, more: { readonly acceptDataLoss?: readonly string[] } = {}) => {
  const options = world.options(planOf(definition));
  const result = await deploy(session, { ...options, ...more });
  return { result, events: options.events };
};
const finished = (events: readonly DeployEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'stack-finished' ? [`${event.name} ${event.outcome}`] : []));
const physicalIds = async (type: string): Promise<string[]> =>
  (await listResources(session, await ownStacks(session, { system: 'books', env: 'dev' })))
    .filter((resource) => resource.type === type)
    .map(({ physicalId }) => physicalId);

// Each test goes on from the one before: it is one life.
describe.sequential('the life of a system', () => {
  test('the first deployment creates repositories, image, stacks in order, outputs and a release', async () => {
    const { result, events } = await deployed(base);
    expect(finished(events)).toEqual([
      'books-dev-registries created',
      'books-dev-foundation created',
      'books-dev-data created',
      'books-dev-service-api created',
      'books-dev-dashboard created',
    ]);
    expect(result).toMatchObject({ changed: true, release: 1 });
    expect(result.images['api']).toMatch(/^sha256:[0-9a-f]{64}$/);
    const written = readFlatOutputs(await readFile(result.outputsFile, 'utf8'));
    expect(result.outputsFile).toBe(join(world.directory, 'cfn-outputs', 'flat-outputs.json'));
    expect(written).toEqual(result.outputs);
    expect(Object.keys(written)).toEqual(planOf(base).outputs.map(({ key }) => key));
    expect(await outputs(session, planOf(base))).toEqual(written);
    const builds = await world.builds();
    const tags = builds.flatMap((line) => /^push \S+:(\S+)$/.exec(line)?.[1] ?? []);
    expect(tags).toEqual(['latest', expect.stringMatching(/^release-\d{8}T\d{6}Z$/)]);
    expect(builds.find((line) => line.startsWith('build'))).toMatch(
      /^build --platform linux\/amd64 --file \.\/service\/Dockerfile --tag \S+:latest --tag \S+ \.\/service$/,
    );
    const done = events.filter((event) => event.kind === 'resource' && event.state === 'done');
    expect(done.length).toBeGreaterThan(40);
    expect(done.every((event) => event.kind === 'resource' && event.durationMs !== null)).toBe(true);
  });

  test('the task definition runs the image by its digest', async () => {
    const [release] = await listReleases(session, { system: 'books', env: 'dev' });
    const template = await templateOf(session, 'books-dev-service-api');
    expect(JSON.stringify(template)).toContain(`@${release?.images['api']}`);
  });

  test('the same again changes nothing and is no release', async () => {
    const { result, events } = await deployed(base);
    expect(finished(events).filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
    expect(result).toMatchObject({ changed: false, release: 1 });
    const same = await diff(session, world.options(planOf(base)));
    expect(same.stacks.flatMap(({ resources }) => resources)).toEqual([]);
    expect(same.changed).toBe(false);
  });

  test('new source is a new digest: the service is deployed, nothing else', async () => {
    await world.setSource('FROM node:22\n');
    const { result, events } = await deployed(base);
    expect(result.release).toBe(2);
    expect(finished(events).filter((line) => line.endsWith('updated'))).toEqual([
      'books-dev-service-api updated',
    ]);
  });

  test('diff says in words what a changed service and table would do', async () => {
    const plan = planOf({
      ...base,
      stores: { sessions: { kind: 'table', partitionKey: 'user' } },
      services: { api: { ...api, uses: ['sessions'], size: { cpu: 512, memory: 1024 } } },
    });
    const { losses, stacks } = await diff(session, world.options(plan));
    const sentences = stacks.flatMap(({ resources }) => resources.map(({ sentence }) => sentence));
    expect(sentences).toContain(
      'Service api gets a new task definition: rolling deployment, no interruption',
    );
    expect(losses).toHaveLength(1);
    expect(losses[0]).toMatchObject({
      key: 'sessions',
      action: 'replace',
      losesData: true,
      interrupts: true,
    });
    expect(losses[0]?.sentence).toMatch(/^The table sessions would be replaced .*: all its data is lost$/);
  });

  test('a change that would lose data is refused before anything is changed', async () => {
    const renamed = { ...base, stores: {}, services: { api } };
    await expect(deployed(renamed)).rejects.toMatchObject({
      code: 'would-lose-data',
      message: expect.stringMatching(/^The table sessions-table-dev would be deleted: all its data is lost$/),
      fix: expect.stringContaining('--accept-data-loss sessions-table-dev'),
    });
    expect(await physicalIds('AWS::DynamoDB::GlobalTable')).toEqual(['sessions-table-dev']);
    expect((await listReleases(session, planOf(base))).map(({ number }) => number)).toEqual([2, 1]);
  });

  test('a second service is a second stack', async () => {
    const { result, events } = await deployed(withAdmin);
    expect(result.release).toBe(3);
    expect(finished(events)).toContain('books-dev-service-admin created');
    expect(Object.keys(result.outputs)).toContain('AdminServiceName');
  });

  test('a service that is given up goes: its stack, then its security group, then its repository', async () => {
    const groups = await physicalIds('AWS::EC2::SecurityGroup');
    await expect(deployed(base)).rejects.toMatchObject({ code: 'would-lose-data' });
    const { result, events } = await deployed(base, { acceptDataLoss: ['admin-repo-dev'] });
    expect(result).toMatchObject({ release: 4, stacks: { 'books-dev-service-admin': 'deleted' } });
    const order = events.flatMap((event) =>
      event.kind === 'resource' &&
      event.status === 'DELETE_COMPLETE' &&
      /Service|SecurityGroup$|Repository/.test(event.type)
        ? [event.type]
        : [],
    );
    expect(order.indexOf('AWS::ECS::Service')).toBeLessThan(order.indexOf('AWS::EC2::SecurityGroup'));
    expect(order.indexOf('AWS::EC2::SecurityGroup')).toBeLessThan(order.indexOf('AWS::ECR::Repository'));
    expect(await physicalIds('AWS::EC2::SecurityGroup')).toHaveLength(groups.length - 1);
    expect(await physicalIds('AWS::ECR::Repository')).toEqual(['api-repo-dev']);
  });

  test('rollback brings the earlier release back as one whole, and is a release itself', async () => {
    const options = world.options(planOf(base));
    const [latest] = await listReleases(session, planOf(base));
    const result = await rollback(session, { ...options, of: { system: 'books', env: 'dev' }, to: 1 });
    expect(result).toMatchObject({ release: 5, restored: 1 });
    const [now, ...before] = await listReleases(session, planOf(base));
    expect(now).toMatchObject({ number: 5, restores: 1 });
    expect(now?.images).toEqual(before.find(({ number }) => number === 1)?.images);
    expect(now?.images).not.toEqual(latest?.images);
    const template = JSON.stringify(await templateOf(session, 'books-dev-service-api'));
    expect(template).toContain(`@${now?.images['api']}`);
    await expect(rollback(session, { ...options, of: planOf(base) })).rejects.toMatchObject({
      code: 'no-earlier-release',
    });
  });

  test('destroy says what goes, and leaves nothing behind', async () => {
    const plan = planOf(base);
    const shown = await destroyPlan(session, plan);
    expect(shown.stacks.map(({ stack }) => stack).sort()).toEqual([
      'dashboard',
      'data',
      'foundation',
      'registries',
      'service/api',
    ]);
    const words = shown.goes.map(({ sentence }) => sentence);
    expect(words).toContain('The table sessions-table-dev, with all its data');
    expect(words).toContain('The image repository api-repo-dev, with all its images');
    expect(shown).toMatchObject({ stays: [], protected: [] });
    const { events, ...options } = world.options(plan);
    expect(await destroy(session, options)).toMatchObject({ stays: [] });
    expect(finished(events).at(-1)).toBe('books-dev-foundation deleted');
    expect(await ownStacks(session, plan)).toEqual([]);
    const { stacks: _stacks, ...left } = await inventory(REGION);
    expect(left).toEqual(await emptyInventory());
    await expect(destroyPlan(session, plan)).rejects.toMatchObject({ code: 'nothing-deployed' });
    await expect(destroy(session, options)).rejects.toMatchObject({ code: 'nothing-deployed' });
    expect(await listReleases(session, plan)).toEqual([]);
  });
});

/** What a bootstrapped account has. */
async function emptyInventory(): Promise<unknown> {
  await emptyAccount(world);
  const { stacks: _stacks, ...rest } = await inventory(REGION);
  return rest;
}

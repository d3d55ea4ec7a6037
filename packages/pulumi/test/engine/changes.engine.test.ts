import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Entry } from './plugins/account.ts';
import { type Project, projectOf } from './project.ts';

const api = {
  image: 'public.ecr.aws/nginx/nginx:1.29',
  port: 8080,
  routes: ['/api/*'],
  health: '/health',
  scaling: { tasks: [2, 6], cpu: 70 },
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
    products: { kind: 'postgres', database: 'products', credentials: { kind: 'generated-secret', username: 'shop' } },
  },
};

const programOf = (definition: unknown): string =>
  `import { programOf } from '@breakwater/pulumi';\nexport default programOf(${JSON.stringify(definition)});\n`;

/** `ecs/taskDefinition shop-api` */
const short = ({ urn }: { readonly urn: string }): string => {
  const [, type = '', name = ''] = /\$aws:([^:$]+):\w+::(.+)$/.exec(urn) ?? [];
  return `${type} ${name}`;
};
const lines = (entries: readonly Entry[]) => entries.map((entry) => `${entry.action} ${short(entry)}`).toSorted();

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

  test.each<[string, object]>([
    ['port', { ...base, services: { api: { ...api, port: 9090 } } }],
    ['health', { ...base, services: { api: { ...api, health: '/healthz' } } }],
    ['env', { ...base, services: { api: { ...api, environment: { A: 'b' } } } }],
    ['admin', { ...base, services: { admin, api } }],
    ['back', base],
    ['table', { ...base, stores: { ...base.stores, carts: { kind: 'table', partitionKey: 'id' } } }],
    ['name', { ...base, naming: '{type}-{purpose}-{env}' }],
  ])('X %s', async (name, definition) => {
    const entries = await deploy(definition);
    console.log(name, lines(entries), entries.filter((e) => e.mentionedBy?.length).map((e) => [short(e), e.mentionedBy?.map((urn) => short({ urn }))]));
  });
});

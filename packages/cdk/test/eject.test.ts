import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountNames, auroraPostgres, bucket, type Plan } from '@breakwater/plan';
import { CfnCondition, CfnMapping, CfnParameter, Fn, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { planOf, systems } from '../../plan/test/systems.ts';
import { EjectError, eject } from '../src/eject/index.ts';
import type { SystemStacks } from '../src/index.ts';
import {
  checkFormat,
  checkTypes,
  type EjectedProgram,
  ejectPlan,
  synthesizeProgram,
} from './eject-program.ts';

const AUTHORITY =
  'arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/0a1b2c3d-0000-4000-8000-000000000000';

const programs: EjectedProgram[] = [];
afterEach(() => {
  for (const program of programs.splice(0)) program.remove();
});

async function ejected(...args: Parameters<typeof ejectPlan>): Promise<EjectedProgram> {
  const program = await ejectPlan(...args);
  programs.push(program);
  return program;
}

/** A system's definition with every service changed. */
function changed(name: string, all: object, each: object): object {
  const definition = systems[name];
  const services = Object.entries(definition?.services ?? {}).map(([key, service]) => [
    key,
    { ...service, ...each },
  ]);
  return { ...definition, ...all, services: Object.fromEntries(services) };
}

/** Stacks large enough to be divided into files. */
function large(): object {
  const names = ['one', 'two', 'three', 'four', 'five'];
  const each = (prefix: string, make: (name: string) => object) =>
    Object.fromEntries(names.map((name) => [`${prefix}-${name}`, make(name)]));
  const { name, region, defaults } = { ...systems['shop'] };
  return {
    name,
    region,
    defaults,
    stores: { ...each('db', () => auroraPostgres()), ...each('files', () => bucket()) },
    services: each('service', (key) => ({
      image: 'nginx:1.29',
      port: 80,
      routes: [`/${key}/*`],
      uses: [`db-${key}`, `files-${key}`],
    })),
  };
}

function template(folder: string, stack: string): unknown {
  return JSON.parse(readFileSync(join(folder, `${stack}.template.json`), 'utf8'));
}

async function expectSameTemplates(program: EjectedProgram, plan: Plan): Promise<void> {
  const written = await synthesizeProgram(program, plan.system);
  for (const { name } of plan.stacks)
    expect(template(written, name)).toEqual(template(program.assembly, name));
  expect(stacksOf(written)).toEqual(stacksOf(program.assembly));
}

/** What the manifest says of the stacks: environment, properties and order. */
function stacksOf(folder: string): unknown {
  // CDK has just written it.
  const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    artifacts: Record<
      string,
      { type: string; environment?: string; dependencies?: string[]; properties: object }
    >;
  };
  return Object.entries(artifacts)
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([id, { environment, dependencies = [], properties }]) => {
      const { stackTemplateAssetObjectUrl: _, ...others } = {
        stackTemplateAssetObjectUrl: '',
        ...properties,
      };
      return { id, environment, dependencies: dependencies.toSorted(), properties: others };
    })
    .toSorted((a, b) => a.id.localeCompare(b.id));
}

const plans: Readonly<Record<string, () => Plan>> = {
  catalog: () => planOf(systems['catalog']),
  payments: () => planOf(systems['payments']),
  shop: () => planOf(systems['shop']),
  storefront: () => planOf(systems['storefront']),
  'catalog in production, account known': () =>
    planOf(systems['catalog'], 'prod', { account: '123456789012' }),
  'shop with a domain, blue/green': () =>
    planOf(
      changed(
        'shop',
        { domain: 'shop.example.com', alarms: { notify: ['ops@example.com'] } },
        {
          deployment: { strategy: 'blue-green', bake: '10 min', rollbackOn: ['errors'] },
          alarms: { errors: 10 },
        },
      ),
    ),
  'many services and databases': () => planOf(large()),
  'payments in production, calls encrypted, canary': () =>
    planOf(
      changed(
        'payments',
        { connect: { certificateAuthority: AUTHORITY }, protect: true },
        { deployment: { strategy: 'canary', canary: { percent: 10, bake: '5 min' }, bake: '10 min' } },
      ),
      'prod',
    ),
};

describe('an ejected program', () => {
  const written = new Map<string, EjectedProgram>();
  afterAll(() => {
    for (const program of written.values()) program.remove();
  });
  async function programOf(name: string): Promise<EjectedProgram> {
    const program = written.get(name) ?? (await ejectPlan(plans[name]?.() ?? planOf(undefined)));
    written.set(name, program);
    return program;
  }

  test.each(Object.keys(plans))(
    '%s: is formatted, and synthesises to the same templates',
    async (name) => {
      const plan = plans[name]?.() ?? planOf(undefined);
      const program = await programOf(name);
      expect(await checkFormat(program)).toBe('');
      await expectSameTemplates(program, plan);
    },
    60_000,
  );

  test('passes the compiler, all of them', async () => {
    const all: EjectedProgram[] = [];
    for (const name of Object.keys(plans)) all.push(await programOf(name));
    const [first, ...others] = all;
    if (first === undefined) throw new Error('there are no plans');
    expect(await checkTypes(first, ...others)).toBe('');
  }, 60_000);

  test('takes along what a transform or a hook adds, folders of code included', async () => {
    const plan = planOf(systems['storefront']);
    const program = await ejected(plan, { created: addExtras });
    expect(await checkTypes(program)).toBe('');
    await expectSameTemplates(program, plan);
    const code = program.files.filter(({ path }) => path.startsWith('assets/'));
    expect(code.map(({ path }) => path)).toEqual(['assets/s3-auto-delete-objects/index.js']);
    const foundation = sourceOf(program, 'lib/foundation-stack.ts');
    expect(foundation).toContain("disk.addPropertyOverride('Iops', '3000');");
  }, 60_000);

  test('divides a large stack into a file per family of resources, and small ones not at all', async () => {
    const program = await ejected(planOf(large()));
    const paths = program.files.map(({ path }) => path).filter((path) => path.startsWith('lib/'));
    expect(paths).toEqual(
      expect.arrayContaining(['lib/data-stack.ts', 'lib/data/databases.ts', 'lib/foundation/network.ts']),
    );
    expect(sourceOf(program, 'lib/data-stack.ts')).toContain(
      'const databases = createDatabases(this, logGroups, foundation);',
    );
    const ofService = paths.filter((path) => path.startsWith('lib/service-service-one'));
    expect(ofService).toEqual(['lib/service-service-one-stack.ts']);
    expect(sourceOf(program, 'lib/service-service-one-stack.ts')).toContain('foundation.network.vpc.ref');
  });

  test('reads like code written by hand: typed, named, referring, with reasons', async () => {
    const program = await ejected(planOf(systems['catalog']));
    const service = sourceOf(program, 'lib/service-catalog-stack.ts');
    expect(service).toContain('vpcId: foundation.vpc.ref,');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is looked for as it stands in the source.
    expect(service).toContain('image: `${registries.catalog.attrRepositoryUri}:latest`,');
    expect(service).toContain('// to pull the image\n');
    expect(service).toContain("assumeRolePolicyDocument: assumedBy('ecs-tasks.amazonaws.com', {");
    expect(service).toContain('value: JSON.stringify({');
    expect(sourceOf(program, 'lib/dashboard-stack.ts')).toContain('dashboardBody: this.toJsonString({');
    const all = program.files.map(({ text }) => text).join('\n');
    for (const unwanted of [
      'overrideLogicalId',
      'addPropertyOverride',
      'Token.',
      'Fn.getStackOutput',
      '@breakwater/',
    ])
      expect(all).not.toContain(unwanted);
  });

  test('is for whoever has never seen Breakwater: what to do next, and what is lost', async () => {
    const program = await ejected(planOf(systems['shop']));
    const readme = sourceOf(program, 'README.md');
    expect(readme).toContain('## What to do next');
    expect(readme).toContain('## What is lost');
    for (const [, path] of readme.matchAll(/`(lib\/[^`]+)`/g))
      expect(existsSync(join(program.folder, path ?? '')), path).toBe(true);
  });

  test('says for which account it was written, and what differs from what runs', async () => {
    const stores = { files: bucket(), mine: bucket({ name: 'mine-{env}' }) };
    const web = { image: './web', port: 80, routes: ['/*'], uses: ['files', 'mine'] };
    const definition = { name: 'site', region: 'eu-west-1', defaults: '2026-11', stores, services: { web } };
    const plan = planOf({ ...definition, domain: 'site.example.com' });
    const names = accountNames(plan);
    expect(names).toEqual([plan.buckets['files']?.name]);
    const unknown = sourceOf(await ejected(plan), 'README.md');
    expect(unknown).toContain('of no particular account');
    expect(unknown).toContain(
      `would be replaced: their names hold a hash of the account and the Region: \`${names}\``,
    );
    expect(unknown).toContain('site-dev-foundation:HostedZoneId=Z');
    expect(unknown).toMatch(/\*\*Images\*\* of `.+` are named by tag/);
    const known = planOf(definition, 'dev', { account: '123456789012' });
    expect(accountNames(known)).not.toEqual(names);
    const readme = sourceOf(await ejected(known), 'README.md');
    expect(readme).toContain('of account `123456789012`');
    expect(readme).not.toContain('would be replaced');
  });

  test('brings the command line of the CDK in a version of its own, not the latest that npm names', async () => {
    const program = await ejected(planOf(systems['shop']));
    const { devDependencies } = JSON.parse(sourceOf(program, 'package.json'));
    expect(devDependencies['aws-cdk']).toMatch(/^2\.1\d{3}\.\d+$/);
  });

  test('leaves nothing in the temporary folder', async () => {
    const before = readdirSync(tmpdir());
    const plan = planOf(systems['shop']);
    const { assembly } = await ejected(plan);
    const written = readdirSync(tmpdir());
    await eject({ assembly, plan });
    expect(readdirSync(tmpdir())).toEqual(written);
    // The program itself, which the test removes.
    expect(written).toHaveLength(before.length + 1);
  });

  test('comes out the same every time', async () => {
    const plan = planOf(systems['payments']);
    expect((await ejected(plan)).files).toEqual((await ejected(plan)).files);
  });
});

describe('what cannot be ejected', () => {
  test('a folder without an assembly', async () => {
    const plan = planOf(systems['shop']);
    await expect(eject({ assembly: '/nowhere', plan })).rejects.toThrow(EjectError);
    await expect(eject({ assembly: '/nowhere', plan })).rejects.toThrow(/synthesise the system first/);
  });

  test.each([
    [
      'a section Mappings',
      (stack: SystemStacks) => new CfnMapping(stack.foundation, 'Map', { mapping: { a: { b: 'c' } } }),
    ],
    [
      'a section Conditions',
      (stack: SystemStacks) =>
        new CfnCondition(stack.foundation, 'When', {
          expression: Fn.conditionEquals(Fn.ref('AWS::Region'), 'x'),
        }),
    ],
  ])('%s is refused by name', async (what, created) => {
    await expect(ejected(planOf(systems['shop']), { created })).rejects.toThrow(what);
  });
});

function sourceOf({ files }: EjectedProgram, path: string): string {
  const file = files.find((each) => each.path === path);
  if (file === undefined) throw new Error(`no ${path} among ${files.map((each) => each.path).join(', ')}`);
  return file.text;
}

function addExtras({ foundation }: SystemStacks): void {
  new s3.Bucket(foundation, 'extra', { autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY });
  const parameter = new CfnParameter(foundation, 'Size', { type: 'Number', default: 20, description: 'GiB' });
  const disk = new ec2.CfnVolume(foundation, 'disk', {
    availabilityZone: Fn.select(0, Fn.getAzs()),
    size: parameter.valueAsNumber,
    tags: [
      { key: 'Text', value: Fn.join('-', ['a', Fn.ref('AWS::StackName'), `it's \`\${quoted}\` "too"`]) },
    ],
  });
  // The typed property is a number.
  disk.addPropertyOverride('Iops', '3000');
  disk.cfnOptions.metadata = { why: { because: foundation.vpc.vpcId } };
  disk.addOverride('DeletionPolicy', 'Retain');
}

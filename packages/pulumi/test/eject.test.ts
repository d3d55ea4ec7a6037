import { type Plan, resolve } from '@breakwater/plan';
import { planOfVariant, SYSTEM_NAMES, type SystemName, type Variant } from '@breakwater/testkit';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { EjectError, type EjectOptions } from '../src/eject/index.ts';
import { checkForPulumi, System } from '../src/index.ts';
import { type Inspection, inspectSystem } from '../src/inspect/index.ts';
import { inspect } from '../src/inspect/inspect.ts';
import { anySystem } from './arbitrary-system.ts';
import { answersFor, definitions } from './conformance-target.ts';
import {
  checkFormat,
  checkTypes,
  type EjectedProgram,
  ejectPlan,
  inspectProgram,
  rewrite,
} from './eject-program.ts';

const programs: EjectedProgram[] = [];
afterAll(() => {
  for (const { remove } of programs) remove();
});

async function ejected(options: EjectOptions): Promise<EjectedProgram> {
  const program = await ejectPlan(options);
  programs.push(program);
  return program;
}

interface Run extends EjectOptions {
  /** Settings of the stack besides those that the component is given as arguments. */
  readonly config?: Readonly<Record<string, string>>;
  readonly images?: Readonly<Record<string, string>>;
}

/** What the component registers, with the answers of the conformance suite: others than those that eject is written with. */
function component({ plan, project = plan.system, config = {}, images = {}, created, transform = {} }: Run) {
  return inspect(
    async () => {
      const system = new System(project, { plan, images, transform });
      created?.(system);
      return { ...system.outputs };
    },
    { project, stack: plan.env, config, answers: answersFor(plan) },
  );
}

/** What the program registers that eject has written. */
function program(written: EjectedProgram, { plan, project = plan.system, config = {}, images = {} }: Run) {
  return inspectProgram(written, {
    project,
    stack: plan.env,
    config: { ...config, [`${project}:images`]: JSON.stringify(images) },
    answers: answersFor(plan),
  });
}

/** Everything that an engine is told, by URN; in which order, and why something depends on another, is the program's own affair. */
function comparable({ registrations, componentOutputs, outputs }: Inspection) {
  const resources = registrations.map(({ options, ...rest }) => {
    const { dependsOn: _, dependencies, provider, ...others } = options;
    return [
      rest.urn,
      { ...rest, options: { ...others, provider, dependencies: [...dependencies].sort() } },
    ] as const;
  });
  return { resources: Object.fromEntries(resources), componentOutputs, outputs };
}

const planOf = (system: SystemName, variant: Variant = 'dev'): Plan =>
  planOfVariant(definitions, system, variant);

describe('an ejected program', () => {
  const cases = SYSTEM_NAMES.flatMap((system) =>
    (['dev', 'prod', 'domain'] as const).map((variant) => [system, variant] as const),
  );
  test.each(cases)(
    '%s, %s: is formatted, and registers what the component does',
    async (system, variant) => {
      const plan = planOf(system, variant);
      const written = await ejected({ plan });
      expect(await checkFormat(written)).toBe('');
      const [ours, theirs] = [await component({ plan }), await program(written, { plan })];
      expect(ours.registrations.length).toBeGreaterThan(50);
      expect(comparable(theirs)).toEqual(comparable(ours));
    },
    60_000,
  );

  test('passes the compiler, all of them', async () => {
    const all: EjectedProgram[] = [];
    for (const [system, variant] of cases) all.push(await ejected({ plan: planOf(system, variant) }));
    const [first, ...others] = all;
    if (first === undefined) throw new Error('there are no cases');
    expect(await checkTypes(first, ...others)).toBe('');
  }, 60_000);

  test.each([
    ['catalog', 'canary'],
    ['payments', 'subscribers'],
    ['shop', 'certificate'],
  ] as const)('%s with %s as well', async (system, variant) => {
    const plan = planOf(system, variant);
    expect(comparable(await program(await ejected({ plan }), { plan }))).toEqual(
      comparable(await component({ plan })),
    );
  });

  test('a settings file of the stack says the same as before: images, and how AWS is reached', async () => {
    const plan = planOf('payments');
    const image = `123456789012.dkr.ecr.us-east-1.amazonaws.com/order@sha256:${'0'.repeat(64)}`;
    const run = {
      plan,
      project: 'money',
      images: { order: image },
      config: {
        'aws:profile': 'money',
        'aws:maxRetries': '7',
        'aws:useFipsEndpoint': 'true',
        'aws:secretKey': 'hidden',
        'aws:assumeRoles': JSON.stringify([{ roleArn: 'arn:aws:iam::123456789012:role/deploy' }]),
      },
    };
    const theirs = await program(await ejected(run), run);
    expect(comparable(theirs)).toEqual(comparable(await component(run)));
    const provider = theirs.registrations.find(({ type }) => type === 'pulumi:providers:aws');
    expect(provider?.inputs).toMatchObject({ profile: 'money', maxRetries: '7' });
    expect(JSON.stringify(theirs.registrations)).toContain(image);
  });

  test('an account that the plan knows stays the only one', async () => {
    const { plan } = resolve(definitions.shop, { env: 'dev', account: '123456789012' });
    if (plan === null) throw new Error('the definition has mistakes');
    expect(comparable(await program(await ejected({ plan }), { plan }))).toEqual(
      comparable(await component({ plan })),
    );
  });

  test('takes transforms and what was created beside the system along', async () => {
    const plan = planOf('shop');
    const run: Run = {
      plan,
      transform: {
        service: (args) => ({ ...args, enableEcsManagedTags: true }),
        container: (args) => ({ ...args, user: 'node' }),
      },
      created: ({ foundation, services }) => {
        new aws.sns.Topic(
          'more',
          { displayName: pulumi.interpolate`of ${foundation.vpc.id}` },
          { protect: true },
        );
        new aws.cloudwatch.MetricAlarm(
          'busy',
          {
            comparisonOperator: 'GreaterThanThreshold',
            evaluationPeriods: 1,
            dimensions: { ServiceName: services['api']?.service.name ?? '' },
          },
          { parent: foundation, customTimeouts: { create: '5m' } },
        );
      },
    };
    const written = await ejected(run);
    expect(await checkTypes(written)).toBe('');
    expect(comparable(await program(written, run))).toEqual(comparable(await component(run)));
    expect(written.files.map(({ path }) => path)).toContain('more.ts');
  });

  test('writes references, not what they stand for', async () => {
    const { files } = await ejected({ plan: planOf('payments') });
    const source = files.filter(({ path }) => path.endsWith('.ts')).map(({ text }) => text);
    expect(source.join('\n')).not.toMatch(/[\uE000\uE001]/);
    const service = files.find(({ path }) => path === 'service-order.ts')?.text ?? '';
    expect(service).toContain('vpcId: vpc.id');
    expect(service).toContain('role: orderTaskRole.name');
    expect(service).toContain('executionRoleArn: orderExecutionRole.arn');
    // Names of the plan stand where the resource is created, and nowhere else.
    expect(source.join('\n').split("'order-task-role-dev'")).toHaveLength(2);
  });

  test('does so for systems that nobody has thought of', async () => {
    await fc.assert(
      fc.asyncProperty(anySystem, async (definition) => {
        const { plan } = resolve(definition, { env: 'dev' });
        // What resolve refuses never gets to a target; nor does what the component refuses.
        fc.pre(plan !== null && checkForPulumi(plan).length === 0);
        if (plan === null) return;
        const written = await ejected({ plan });
        const [types, format] = await Promise.all([checkTypes(written), checkFormat(written)]);
        expect(`${types}${format}`).toBe('');
        expect(comparable(await program(written, { plan }))).toEqual(comparable(await component({ plan })));
      }),
      // Others in each run; the seed of one that fails is in the message. No limit of time: fast-check would leave the run under way,
      // and only one program can be inspected at a time.
      { numRuns: 3 },
    );
  }, 60_000);

  test('is the same each time', async () => {
    const plan = planOf('catalog');
    expect((await ejected({ plan })).files).toEqual((await ejected({ plan })).files);
  });

  test('never holds a secret, not even one that a transform gives', async () => {
    const plan = planOf('catalog');
    const run: Run = {
      plan,
      transform: { databaseCluster: (args) => ({ ...args, masterPassword: pulumi.secret('hunter2') }) },
    };
    const written = await ejected(run);
    expect(JSON.stringify(written.files)).not.toContain('hunter2');
    expect(written.files.find(({ path }) => path === 'README.md')?.text).toContain(
      'pulumi config set --secret productsMasterPassword',
    );
    expect(await checkTypes(written)).toBe('');
    const settings = { ...run, config: { 'catalog:productsMasterPassword': 'hunter2' } };
    expect(comparable(await program(written, settings))).toEqual(comparable(await component(run)));
  });

  test('gives each generated secret a password of its own', async () => {
    const secret = { kind: 'generated-secret' };
    const { plan, diagnostics } = resolve(
      {
        name: 'twins',
        region: 'eu-west-1',
        defaults: '2026-11',
        stores: { one: secret, two: secret },
        services: { api: { image: 'public.ecr.aws/nginx/nginx:1.29', port: 80, uses: ['one', 'two'] } },
      },
      { env: 'dev' },
    );
    if (plan === null) throw new Error(JSON.stringify(diagnostics));
    const { files } = await ejected({ plan });
    const data = files.find(({ path }) => path === 'data.ts')?.text ?? '';
    expect(data.match(/getRandomPasswordOutput/g)).toHaveLength(2);
  });

  test('has a part without resources in a file of its own', async () => {
    const services = { api: { image: 'public.ecr.aws/nginx/nginx:1.29', port: 80 } };
    const { plan } = resolve(
      { name: 'bare', region: 'eu-west-1', defaults: '2026-11', services },
      { env: 'dev' },
    );
    if (plan === null) throw new Error('the definition has mistakes');
    const written = await ejected({ plan });
    expect(written.files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['data.ts', 'registries.ts']),
    );
    expect(`${await checkTypes(written)}${await checkFormat(written)}`).toBe('');
    expect(comparable(await program(written, { plan }))).toEqual(comparable(await component({ plan })));
  });
});

describe('the comparison', () => {
  const plan = planOf('shop');

  test.each<readonly [string, string, string | RegExp, string]>([
    ['argument', 'foundation.ts', "'10.0.0.0/16'", "'10.1.0.0/16'"],
    ['name', 'foundation.ts', "'flask-api-vpc'", "'flask-api-network'"],
    ['parent', 'registries.ts', /parent: registries,/, 'parent: system,'],
    ['option', 'registries.ts', /, deleteBeforeReplace: true/, ''],
    ['output', 'index.ts', 'VpcId = vpc.id', 'VpcId = vpc.arn'],
    ['output of the component', 'index.ts', /^ {2}VpcId,\n/m, ''],
    ['dependency', 'service-api.ts', /dependsOn: \[\s*\w+,/, 'dependsOn: ['],
    ['ignored property', 'service-api.ts', /ignoreChanges: \[[^\]]+\]/, "ignoreChanges: ['tags']"],
    ['type of component', 'dashboard.ts', 'breakwater:index:Dashboard', 'breakwater:index:Board'],
  ])('notices another or a missing %s', async (_, file, from, to) => {
    const written = await ejected({ plan });
    rewrite(written, file, from, to);
    expect(comparable(await program(written, { plan }))).not.toEqual(comparable(await component({ plan })));
  });
});

describe('what cannot be ejected is said', () => {
  const plan = planOf('shop');

  test('resources that @pulumi/aws does not have', async () => {
    class RandomId extends pulumi.CustomResource {}
    const created = () => void new RandomId('random:index/randomId:RandomId', 'id', {});
    await expect(ejected({ plan, created })).rejects.toThrow(EjectError);
    await expect(ejected({ plan, created })).rejects.toThrow(
      /randomId:RandomId is no resource of @pulumi\/aws/,
    );
  });

  test('another provider', async () => {
    const created = () => void new aws.Provider('other', { region: 'us-east-1' });
    await expect(ejected({ plan, created })).rejects.toThrow(/several providers/);
  });

  test('two resources of one type and name', async () => {
    const created = ({ foundation, data }: System) => {
      new aws.sns.Topic('twin', {}, { parent: foundation });
      new aws.sns.Topic('twin', {}, { parent: data });
    };
    await expect(ejected({ plan, created })).rejects.toThrow(/Topic twin is there twice/);
  });

  test('a value that is computed from what only AWS knows', async () => {
    const created = (system: System) =>
      void new aws.sns.Topic('cut', { displayName: system.foundation.vpc.id.apply((id) => id.slice(1)) });
    await expect(ejected({ plan, created })).rejects.toThrow(/displayName of cut is computed/);
  });

  test('a definition that Pulumi cannot deploy, in the words of the component', async () => {
    const { plan: fine } = resolve(
      {
        name: 'fine',
        region: 'eu-west-1',
        defaults: '2026-11',
        services: {
          api: {
            image: 'public.ecr.aws/nginx/nginx:1.29',
            port: 80,
            routes: ['/*'],
            scaling: { tasks: [2, 4], cpu: 70, resolution: '20 s' },
          },
        },
      },
      { env: 'dev' },
    );
    if (fine === null) throw new Error('the definition has mistakes');
    await expect(inspectSystem({ plan: fine })).rejects.toThrow(/BW1701/);
    await expect(ejected({ plan: fine })).rejects.toThrow(/BW1701/);
  });
});

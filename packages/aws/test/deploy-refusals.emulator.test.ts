import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AllocateAddressCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type DeployEvent,
  type DeployOptions,
  type DeployResult,
  deploy,
  destroy,
  destroyPlan,
  diff,
  listReleases,
  openSession,
  preflight,
  rollback,
  type Session,
} from '../src/index.ts';
import { emptyAccount, planOf, startWorld, type World } from './deploy/world.ts';

const REGION = 'eu-west-1';
const api = { image: './service', port: 8080, size: { cpu: 256, memory: 512 }, routes: ['/api/*'] };
const definition = {
  name: 'books',
  region: REGION,
  defaults: '2026-11',
  network: { zones: 2 },
  stores: { sessions: { kind: 'table', partitionKey: 'id' } },
  services: { api },
};
const withSecret = {
  ...definition,
  stores: {
    ...definition.stores,
    payments: { kind: 'existing-secret', name: 'payments/key', fields: ['apiKey'] },
  },
  services: { api: { ...api, uses: ['payments'] } },
};

let world: World;
let session: Session;
beforeAll(async () => {
  world = await startWorld(REGION);
  await world.setSource('FROM node:20\n');
  session = await world.session();
});
afterAll(() => world?.end());
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.emulator.behave({});
});
/** Each test of a group begins with an empty, bootstrapped account. */
const inAnEmptyAccount = (): void => beforeEach(() => emptyAccount(world));

const begin = (
  more: Partial<DeployOptions> = {},
  given: unknown = definition,
): { readonly events: DeployEvent[]; readonly done: Promise<DeployResult> } => {
  const options = world.options(planOf(given));
  const done = deploy(session, { ...options, ...more });
  done.catch(() => {}); // whoever waits for it sees it
  return { events: options.events, done };
};
const refusal = (more?: Partial<DeployOptions>, given?: unknown): Promise<unknown> =>
  begin(more, given).done.then(
    () => expect.fail('it was deployed'),
    (error: unknown) => error,
  );
const stackNames = async (): Promise<string[]> => {
  const { Stacks = [] } = await new CloudFormationClient({}).send(new DescribeStacksCommand({}));
  return Stacks.map(({ StackName = '' }) => StackName).filter((name) => name.startsWith('books'));
};

describe('credentials', () => {
  const open = (): Promise<Session> => openSession({ region: REGION });

  test('none', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    await expect(open()).rejects.toMatchObject({
      code: 'no-credentials',
      message: 'No AWS credentials were found',
    });
  });

  test('expired', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'EXPIRED1');
    await expect(open()).rejects.toMatchObject({
      code: 'expired-credentials',
      message: 'The AWS credentials have expired',
    });
  });

  test('unknown to AWS', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'INVALID1');
    await expect(open()).rejects.toMatchObject({
      code: 'access-denied',
      message: 'AWS does not accept the credentials',
    });
  });

  test('a profile that is not there', async () => {
    await expect(openSession({ region: REGION, profile: 'nowhere' })).rejects.toMatchObject({
      code: 'no-credentials',
    });
  });

  test('nothing answers', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    await expect(open()).rejects.toMatchObject({
      code: 'unreachable',
      message: 'AWS could not be reached to ask whose credentials these are',
    });
  });

  test('of another account', async () => {
    await expect(openSession({ region: REGION, expectedAccount: '999999999999' })).rejects.toMatchObject({
      code: 'wrong-account',
      message: 'The credentials belong to account 123456789012',
    });
  });

  test('without a permission: says which', async () => {
    await world.emulator.behave({ deny: ['cloudformation:DescribeStacks'] });
    expect(await refusal()).toMatchObject({
      code: 'access-denied',
      message: 'AWS denied permission to list the stacks',
      why: expect.stringContaining('cloudformation:DescribeStacks'),
    });
  });
});

describe('before the beginning', () => {
  inAnEmptyAccount();

  test('another region than the definition is for', async () => {
    session = await openSession({ region: 'us-east-1' });
    expect(await refusal()).toMatchObject({
      code: 'wrong-region',
      message: 'books is defined for eu-west-1',
      why: 'the AWS session is in us-east-1',
    });
    session = await world.session();
  });

  test('an account that is not bootstrapped', async () => {
    await world.emulator.reset();
    expect(await refusal()).toMatchObject({
      code: 'not-bootstrapped',
      message: 'Nothing can be deployed to account 123456789012 in eu-west-1 yet',
      fix: expect.stringContaining('npx cdk bootstrap aws://123456789012/eu-west-1'),
    });
    expect(await stackNames()).toEqual([]);
  });

  test('a secret that is not there, or lacks a field', async () => {
    expect(await refusal({}, withSecret)).toMatchObject({
      code: 'missing-secret',
      message: 'There is no secret payments/key',
      fix: expect.stringContaining(`--secret-string '{"apiKey":"…"}'`),
    });
    const secrets = new SecretsManagerClient({});
    await secrets.send(new CreateSecretCommand({ Name: 'payments/key', SecretString: '{"other":"x"}' }));
    expect(await refusal({}, withSecret)).toMatchObject({
      code: 'missing-secret',
      message: 'The secret payments/key lacks apiKey',
    });
    expect(await stackNames()).toEqual([]);
  });

  test('names that something else has', async () => {
    await new DynamoDBClient({}).send(
      new CreateTableCommand({
        TableName: 'sessions-table-dev',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      }),
    );
    const TemplateBody = JSON.stringify({
      Description: 'A shop for books',
      Resources: { Topic: { Type: 'AWS::SNS::Topic' } },
    });
    const stack = new CreateStackCommand({ StackName: 'books-dev-data', TemplateBody });
    await new CloudFormationClient({}).send(stack);
    const error = await refusal();
    expect(error).toMatchObject({ code: 'name-taken', message: 'The deployment cannot begin: 2 problems' });
    expect(error).toMatchObject({
      problems: [
        {
          message: 'There is a stack books-dev-data already, and it is not of books in dev',
          why: 'its description is "A shop for books"',
        },
        {
          message: 'The table sessions-table-dev exists already, and no stack of this system has it',
          fix: expect.stringContaining('aws dynamodb delete-table --table-name sessions-table-dev'),
        },
      ],
    });
  });

  test('all problems are said at once', async () => {
    await world.emulator.reset();
    vi.stubEnv('PATH', '/nowhere');
    const { problems } = await preflight(session, {
      plan: planOf(withSecret),
      directory: '/nowhere',
    });
    expect(problems.map(({ code }) => code).sort()).toEqual([
      'missing-image',
      'missing-secret',
      'no-build-tool',
      'not-bootstrapped',
    ]);
  });

  test('a quota that is used up', async () => {
    const ec2 = new EC2Client({});
    for (let taken = 0; taken < 4; taken++) await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    expect(await refusal({}, { ...definition, network: { zones: 2, nat: 'per-zone' } })).toMatchObject({
      code: 'quota',
      message: '2 more Elastic IP addresses are needed than the account may have: 4 of 5 are in use',
      fix: expect.stringContaining('/servicequotas/home/services/ec2/quotas/L-0263D0A3'),
    });
  });

  test('a stack that is stuck', async () => {
    await begin().done;
    await world.emulator.setStackStatus('books-dev-data', 'UPDATE_ROLLBACK_FAILED', 'no more capacity');
    expect(await refusal()).toMatchObject({
      code: 'stack-failed',
      message: 'The stack books-dev-data is stuck: an update failed, and so did taking it back',
      why: 'no more capacity',
      fix: expect.stringContaining('continue-update-rollback --stack-name books-dev-data'),
    });
  });
});

describe('images', () => {
  inAnEmptyAccount();

  test('a digest that is not in the repository; once it is pushed, the next run goes on', async () => {
    const built = (await world.builds()).length;
    const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: { digest: 'sha256:1' },
      layers: [],
    });
    const digest = `sha256:${'ab'.repeat(32)}`;
    expect(await refusal({ images: { api: digest } })).toMatchObject({
      code: 'missing-image',
      message: 'Service api has no image to run',
      why: `${digest} is not in the repository api-repo-dev`,
    });
    expect(await stackNames()).toEqual(['books-dev-registries']);
    await new ECRClient({}).send(
      new PutImageCommand({
        repositoryName: 'api-repo-dev',
        imageTag: 'ours',
        imageManifest: manifest,
        imageDigest: digest,
      }),
    );
    const result = await begin({ images: { api: digest } }).done;
    expect(result.images).toEqual({ api: digest });
    expect(await world.builds()).toHaveLength(built);
  });

  test('a build that fails shows its last lines and changes no service', async () => {
    vi.stubEnv('BUILD_FAIL', '1');
    expect(await refusal()).toMatchObject({
      code: 'build-failed',
      message: 'Could not build the image of service api',
      detail: expect.stringContaining('failed to solve'),
    });
    expect(await stackNames()).toEqual(['books-dev-registries']);
  });
});

describe('a deployment that does not end well', () => {
  inAnEmptyAccount();

  test('a stack that cannot be created: the reasons; the next run makes it anew', async () => {
    await world.emulator.behave({ failCreation: ['AWS::ECS::Service'] });
    const error = await refusal();
    expect(error).toMatchObject({
      code: 'deployment-failed',
      message: 'The stack books-dev-service-api could not be deployed',
      detail: expect.stringMatching(/^Service\w* \(AWS::ECS::Service\): /),
    });
    await world.emulator.behave({});
    const { events, done } = begin();
    expect(await done).toMatchObject({ changed: true, release: 1 });
    expect(events).toContainEqual({
      kind: 'warning',
      message:
        'The stack books-dev-service-api could not be created the last time (ROLLBACK_COMPLETE); it is deleted and created anew.',
    });
  });

  test('after a change that failed, rollback brings the last good release back', async () => {
    await begin().done;
    await world.emulator.behave({ failCreation: ['AWS::ECS::TaskDefinition'] });
    const larger = { ...definition, services: { api: { ...api, size: { cpu: 512, memory: 1024 } } } };
    expect(await refusal({}, larger)).toMatchObject({ code: 'deployment-failed' });
    await world.emulator.behave({});
    const { events: _events, ...options } = world.options(planOf(larger));
    const result = await rollback(session, { ...options, of: planOf(larger) });
    expect(result).toMatchObject({ restored: 1, release: 2 });
    // From here on there is nothing before it.
    await expect(rollback(session, { ...options, of: planOf(larger) })).rejects.toMatchObject({
      code: 'no-earlier-release',
      message: 'books in dev has no earlier release',
    });
  });

  test('interrupted: says what goes on by itself; the next run waits for it and does the rest', async () => {
    await world.emulator.behave({ secondsPerResource: 0.2 });
    const stop = new AbortController();
    const first = begin({
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === 'resource' && event.stack === 'foundation') stop.abort();
      },
    });
    await expect(first.done).rejects.toMatchObject({
      code: 'interrupted',
      detail: expect.stringContaining(
        'books-dev-foundation: CloudFormation goes on by itself (CREATE_IN_PROGRESS)',
      ),
    });
    await world.emulator.behave({});
    const second = begin();
    expect(await second.done).toMatchObject({ changed: true, release: 1 });
    expect(second.events).toContainEqual({
      kind: 'note',
      message: 'CloudFormation still works on books-dev-foundation (CREATE_IN_PROGRESS); waiting for it.',
    });
  });

  test('two at once: the second is told who is at work', async () => {
    await world.emulator.behave({ secondsPerResource: 0.1 });
    let started: () => void = () => {};
    const atWork = new Promise<void>((resolve) => {
      started = resolve;
    });
    const first = begin({ onEvent: ({ kind }) => void (kind === 'stack-started' && started()) });
    await atWork;
    expect(await refusal()).toMatchObject({
      code: 'busy',
      message: 'A deploy of this system is under way',
      why: expect.stringMatching(/^arn:aws:.* began it at .* \(process \d+\)$/),
    });
    await world.emulator.behave({});
    expect(await first.done).toMatchObject({ release: 1 });
  });
});

describe('without a deployment', () => {
  inAnEmptyAccount();

  test('diff says what would be created', async () => {
    const result = await diff(session, world.options(planOf(definition)));
    expect(result).toMatchObject({ changed: true, losses: [], interruptions: [] });
    expect(result.stacks.map(({ action }) => action)).toEqual(Array(5).fill('create'));
    const words = result.stacks.flatMap(({ resources }) => resources.map(({ sentence }) => sentence));
    expect(words).toContain('The table sessions is created');
    expect(words).toContain('Service api gets its first task definition');
    expect(await stackNames()).toEqual([]);
  });

  test('rollback and destroy say that there is nothing', async () => {
    const { events: _events, ...options } = world.options(planOf(definition));
    await expect(rollback(session, { ...options, of: planOf(definition) })).rejects.toMatchObject({
      code: 'nothing-deployed',
      message: 'books is not deployed to dev in eu-west-1',
    });
    await expect(destroy(session, options)).rejects.toMatchObject({ code: 'nothing-deployed' });
    expect(await listReleases(session, planOf(definition))).toEqual([]);
  });
});

describe('protection', () => {
  inAnEmptyAccount();

  test('a protected environment is only destroyed when that is said explicitly', async () => {
    const guarded = { ...definition, protect: true };
    const plan = planOf(guarded);
    await begin({}, guarded).done;
    expect([...(await destroyPlan(session, plan)).protected].sort()).toEqual([
      'The definition protects dev (`protect: true`)',
      'The stack books-dev-data has termination protection',
      'The stack books-dev-foundation has termination protection',
    ]);
    const { events: _events, ...options } = world.options(plan);
    await expect(destroy(session, options)).rejects.toMatchObject({
      code: 'protected',
      message: 'books in dev is protected from being destroyed',
    });
    expect(await stackNames()).toHaveLength(5);
    const { stays } = await destroy(session, { ...options, evenProtected: true });
    expect(await stackNames()).toEqual([]);
    expect(stays).toEqual(expect.arrayContaining(['the table sessions-table-dev']));
  });
});

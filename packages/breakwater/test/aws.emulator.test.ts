import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CloudWatchLogsClient, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type CliResult, runCli, spawnCli } from '@breakwater/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emptyAccount, startWorld, type World } from '../../aws/test/deploy/world.ts';
import { inventory } from '../../aws/test/emulator/inventory.ts';

const REGION = 'eu-west-1';

interface Books {
  readonly memory?: number;
  readonly table?: boolean;
  readonly protect?: boolean;
  readonly secret?: boolean;
}

/** A definition as a user writes it. */
const definition = ({ memory = 512, table = true, protect = false, secret = false }: Books = {}) => `
import { defineSystem, existingSecret, table } from 'breakwater';
export default defineSystem({
  name: 'books',
  region: '${REGION}',
  defaults: '2026-11',
  network: { zones: 2 },
  stores: {
    ${table ? "sessions: table({ partitionKey: 'id' })," : ''}
    ${secret ? "key: existingSecret('payment/key', ['token'])," : ''}
  },
  services: {
    api: {
      image: './service',
      port: 8080,
      size: { cpu: 256, memory: ${memory} },
      routes: ['/api/*', '/health'],
      health: { path: '/health' },
      uses: [${[table && "'sessions'", secret && "'key'"].filter(Boolean).join(', ')}],
    },
  },
  environments: { dev: { protect: ${protect} } },
});
`;

let world: World;
/** Stands for the load balancer, for the emulator serves no traffic. */
let balancer: Server;
let url: string;
beforeAll(async () => {
  world = await startWorld(REGION);
  balancer = createServer(({ url: path = '' }, response) => {
    const isService = path === '/health' || path.startsWith('/api/');
    response.writeHead(isService ? 200 : 404, {
      'content-type': isService ? 'application/json' : 'text/plain',
    });
    response.end(isService ? '{"status":"healthy"}' : 'Not Found');
  });
  balancer.listen(0, '127.0.0.1');
  await once(balancer, 'listening');
  url = `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`; // it listens on TCP
});
afterAll(async () => {
  balancer?.close();
  await world?.end();
});

const write = (books?: Books) => writeFile(join(world.directory, 'breakwater.config.ts'), definition(books));
const cli = (args: readonly string[], env?: Readonly<Record<string, string>>) =>
  runCli(world.directory, args, env);
const expectExit = (code: number, result: CliResult) =>
  expect(result, result.stderr).toMatchObject({ exitCode: code });

beforeEach(async () => {
  await world.setSource('FROM node:20\n');
  await rm(join(world.directory, 'cfn-outputs'), { recursive: true, force: true });
});

describe('before anything is deployed', () => {
  beforeAll(async () => {
    await world.emulator.reset();
    await write({ secret: true });
  });

  test('without credentials it says how to sign in', async () => {
    const found = await cli(['deploy'], { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
    expectExit(10, found);
    expect(found.stderr).toContain('No AWS credentials were found');
    expect(found.stderr).toContain('aws sso login');
  });

  test('expired credentials are said to be expired', async () => {
    const found = await cli(['status'], { AWS_ACCESS_KEY_ID: 'EXPIRED1' });
    expectExit(10, found);
    expect(found.stderr).toContain('have expired');
  });

  test('an account that is not bootstrapped and a secret that is missing are said at once', async () => {
    const found = await cli(['deploy']);
    expectExit(11, found);
    expect(found.stderr).toContain('cdk bootstrap');
    expect(found.stderr).toContain('There is no secret payment/key');
  });

  test('what looks at a deployment says that there is none', async () => {
    await emptyAccount(world);
    expectExit(7, await cli(['outputs']));
    expectExit(7, await cli(['destroy', '--yes']));
    expectExit(7, await cli(['verify']));
  });

  test('an image without its digest is refused, as is an option that does not exist', async () => {
    expectExit(2, await cli(['deploy', '--image', 'api=latest']));
    expectExit(2, await cli(['deploy', '--force']));
  });
});

// Each test goes on from the one before: it is one life.
describe.sequential('the life of a system', () => {
  beforeAll(async () => {
    await emptyAccount(world);
    await write();
  });
  afterAll(() => world.emulator.behave({}));

  test('deploy: exit 0, outputs on standard output and in the file, progress on standard error', async () => {
    const deployed = await cli(['deploy']);
    expectExit(0, deployed);
    expect(deployed.stdout).toContain('LoadBalancerDnsName');
    expect(deployed.stderr).toContain('books-dev-service-api created');
    expect(deployed.stderr).toContain('Release 1 is live');
    const file = JSON.parse(
      await readFile(join(world.directory, 'cfn-outputs', 'flat-outputs.json'), 'utf8'),
    );
    expect(Object.values(file).every((value) => typeof value === 'string')).toBe(true);
  });

  test('verify: every check passes, also as JUnit', async () => {
    expectExit(0, await cli(['outputs', '--json']));
    const verified = await cli(['verify', '--url', url, '--junit', 'junit.xml']);
    expect(verified.stdout).not.toContain('FAILED');
    expectExit(0, verified);
    expect(await readFile(join(world.directory, 'junit.xml'), 'utf8')).toContain('failures="0"');
  });

  test('diff and deploy: nothing to change', async () => {
    expectExit(0, await cli(['diff']));
    const again = await cli(['deploy']);
    expectExit(0, again);
    expect(again.stderr).toContain('Nothing to change');
  });

  test('verify: an outputs file of another environment is recognised', async () => {
    expectExit(0, await cli(['outputs']));
    const file = join(world.directory, 'cfn-outputs', 'flat-outputs.json');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('-dev', '-pr42'));
    const verified = await cli(['verify', '--url', url, '--json']);
    expectExit(8, verified);
    const { checks } = JSON.parse(verified.stdout) as {
      checks: { id: string; state: string; found: string }[];
    };
    const [failed, ...others] = checks.filter(({ state }) => state === 'failed');
    expect(others.map(({ id }) => id)).toEqual([]);
    expect(failed?.id).toBe('outputs.current');
    expect(failed?.found).toContain('of another environment than dev (by ClusterName');
    expect(failed?.found).toContain('`breakwater outputs --env dev` writes it anew');
  });

  test('verify: exit 8 and the right check when something changed behind its back', async () => {
    expectExit(0, await cli(['outputs']));
    await new CloudWatchLogsClient({ region: REGION }).send(
      new PutRetentionPolicyCommand({ logGroupName: '/ecs/api-logs-dev', retentionInDays: 400 }),
    );
    const verified = await cli(['verify', '--url', url, '--json']);
    expectExit(8, verified);
    const { checks } = JSON.parse(verified.stdout) as { checks: { id: string; state: string }[] };
    expect(checks.filter(({ state }) => state === 'failed').map(({ id }) => id)).toEqual([
      'logs.service/api.retention',
    ]);
  });

  test('diff: exit 3 and words; deploy: a second release', async () => {
    await write({ memory: 1024 });
    const found = await cli(['diff']);
    expectExit(3, found);
    expect(found.stdout).toContain('Service api gets a new task definition');
    const deployed = await cli(['deploy', '--json']);
    expectExit(0, deployed);
    const events = deployed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; release?: number });
    expect(events.at(-1)).toMatchObject({ kind: 'result', release: 2 });
  });

  test('rollback: the release before is back', async () => {
    const back = await cli(['rollback']);
    expectExit(0, back);
    expect(back.stderr).toContain('Release 1 is back');
    const { releases } = JSON.parse((await cli(['rollback', '--list', '--json'])).stdout) as {
      releases: { number: number; restores: number | null }[];
    };
    expect(releases.map(({ number, restores }) => [number, restores])).toEqual([
      [3, 1],
      [2, null],
      [1, null],
    ]);
    expectExit(7, await cli(['rollback', '99']));
  });

  test('a change that would lose a table is refused with exit 4, and done when it is accepted', async () => {
    await write({ table: false });
    const refused = await cli(['deploy']);
    expectExit(4, refused);
    expect(refused.stderr).toMatch(/sessions.*data/);
    expect((await inventory(REGION))['tables']).toHaveLength(1);
    expectExit(0, await cli(['deploy', '--accept-data-loss', 'sessions-table-dev']));
    expect((await inventory(REGION))['tables'] ?? []).toHaveLength(0);
  });

  test('a deployment that fails: exit 13 with the reason; the next one goes on', async () => {
    await world.emulator.behave({ failUpdate: ['AWS::ECS::Service'] });
    await write({ table: false, memory: 2048 });
    const failed = await cli(['deploy']);
    expectExit(13, failed);
    expect(failed.stderr).toContain('AWS::ECS::Service');
    await world.emulator.behave({});
    expectExit(0, await cli(['deploy']));
  });

  test('two at once: the second is refused with exit 12; Ctrl-C ends the first with 130; the next finishes', async () => {
    await world.emulator.behave({ secondsPerResource: 1 });
    await write({ table: true, memory: 1024 });
    const first = spawnCli(world.directory, ['deploy']);
    let progress = '';
    first.stderr.setEncoding('utf8').on('data', (text: string) => {
      progress += text;
    });
    await expect.poll(() => progress, { timeout: 120_000 }).toContain('Deploying books-dev-data');
    const second = await cli(['deploy']);
    expectExit(12, second);
    first.kill('SIGINT');
    const [code] = await once(first, 'exit');
    expect(code, progress).toBe(130);
    await world.emulator.behave({});
    expectExit(0, await cli(['deploy']));
    expectExit(0, await cli(['diff']));
  });

  test('destroy: refuses to guess, protects what is protected, and leaves nothing', async () => {
    expectExit(2, await cli(['destroy']));
    await write({ memory: 1024, protect: true });
    expectExit(4, await cli(['destroy', '--yes']));
    await write({ memory: 1024 });
    const gone = await cli(['destroy', '--yes']);
    expectExit(0, gone);
    expect(gone.stderr).toContain('nothing is left');
    const left = Object.entries(await inventory(REGION)).filter(([, ids]) => ids.length > 0);
    expect(left).toEqual([]);
    expectExit(7, await cli(['outputs']));
  });
});

describe('a protected environment', () => {
  test('destroy lists what stays, as the definition wants it', async () => {
    await emptyAccount(world);
    await write({ protect: true });
    expectExit(0, await cli(['deploy']));
    const gone = await cli(['destroy', '--yes', '--unprotect']);
    expectExit(0, gone);
    expect(gone.stderr).not.toContain('nothing is left');
    expect(gone.stderr).toMatch(/in the account stays:\n(?: {2}.*\n)* {2}the table sessions-table-dev\n/);
    expect(gone.stderr).toContain('the image repository api-repo-dev');
    await world.emulator.reset();
  });
});

describe('what needs no account', () => {
  const NO_ACCOUNT = {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    CDK_DEFAULT_ACCOUNT: '',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  };

  test('synth writes the assembly into .breakwater', async () => {
    await write();
    expectExit(0, await cli(['synth'], NO_ACCOUNT));
    expect(existsSync(join(world.directory, '.breakwater', 'cdk.out', 'books-dev-data.template.json'))).toBe(
      true,
    );
  });

  test('check finds what must change with exit 5, and nothing but remarks in a sound system', async () => {
    await write();
    const sound = await cli(['check'], NO_ACCOUNT);
    expectExit(0, sound);
    await writeFile(
      join(world.directory, 'breakwater.cdk.ts'),
      `export default { transform: { role: (props) => ({ ...props, managedPolicies: [{ managedPolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' }] }) } };`,
    );
    const unsound = await cli(['check', '--json'], NO_ACCOUNT);
    expectExit(5, unsound);
    expect(unsound.stdout).toContain('AmazonS3FullAccess');
    await rm(join(world.directory, 'breakwater.cdk.ts'));
  });

  test('check judges what `created` adds, and leaves what the owner acknowledges with a reason', async () => {
    await write();
    const file = join(world.directory, 'breakwater.cdk.ts');
    const customize = (acknowledgements: readonly object[]) =>
      writeFile(
        file,
        `export default {
          created: ({ services }) => {
            services.api.taskRole.addManagedPolicy({ managedPolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' });
          },
          acknowledgements: ${JSON.stringify(acknowledgements)},
        };`,
      );
    try {
      await customize([]);
      const open = await cli(['check', '--json'], NO_ACCOUNT);
      expectExit(5, open);
      const { findings } = JSON.parse(open.stdout) as {
        findings: { id: string; where: string; severity: string }[];
      };
      const errors = findings.filter(({ severity }) => severity === 'error');
      expect(errors).not.toEqual([]);
      await customize(errors.map(({ id, where }) => ({ rule: id, where, reason: 'It is a laboratory.' })));
      expectExit(0, await cli(['check'], NO_ACCOUNT));
      expect((await cli(['check', '--all'], NO_ACCOUNT)).stdout).toContain('It is a laboratory.');
      await customize([{ rule: 'AwsSolutions-S10', were: 'somewhere' }]);
      const wrong = await cli(['check'], NO_ACCOUNT);
      expectExit(1, wrong);
      expect(wrong.stderr).toContain('acknowledgements[0].reason must be a text');
      expect(wrong.stderr).toContain('acknowledgements[0].were is not known');
    } finally {
      await rm(file);
    }
  });

  test('eject writes a program, and never into a folder that has something in it', async () => {
    expectExit(0, await cli(['eject', 'infra'], NO_ACCOUNT));
    expect(readFileSync(join(world.directory, 'infra', 'cdk.json'), 'utf8')).toContain('app');
    await mkdir(join(world.directory, 'full'), { recursive: true });
    await writeFile(join(world.directory, 'full', 'file'), 'mine');
    expectExit(1, await cli(['eject', 'full'], NO_ACCOUNT));
    expect(readFileSync(join(world.directory, 'full', 'file'), 'utf8')).toBe('mine');
  });

  test('synth and eject are told the account, by which default names of buckets differ', async () => {
    await write();
    const source = definition().replace("sessions: table({ partitionKey: 'id' }),", 'files: bucket(),');
    await writeFile(
      join(world.directory, 'breakwater.config.ts'),
      source.replace('table }', 'bucket }').replace("uses: ['sessions']", "uses: ['files']"),
    );
    const unknown = await cli(['eject', 'nobodys'], NO_ACCOUNT);
    expectExit(0, unknown);
    expect(unknown.stderr).toMatch(/warning The account is not known.*files-.+-bucket-dev/);
    const known = await cli(['eject', 'ours', '--account', '123456789012'], NO_ACCOUNT);
    expectExit(0, known);
    expect(known.stderr).not.toContain('warning');
    const readme = readFileSync(join(world.directory, 'ours', 'README.md'), 'utf8');
    expect(readme).toContain('account `123456789012`');
    const [, name = ''] = /`(files-[^`]+-bucket-dev)`/.exec(readme) ?? [];
    const template = () =>
      readFileSync(join(world.directory, '.breakwater', 'cdk.out', 'books-dev-data.template.json'), 'utf8');
    expectExit(0, await cli(['synth'], { ...NO_ACCOUNT, CDK_DEFAULT_ACCOUNT: '123456789012' }));
    expect(template()).toContain(`"${name}"`);
    expectExit(0, await cli(['synth', '--account', '210987654321'], NO_ACCOUNT));
    expect(template()).not.toContain(`"${name}"`);
    expectExit(2, await cli(['synth', '--account', '1234'], NO_ACCOUNT));
  });

  test('the environment comes from the CDK context where cdk calls', async () => {
    const outdir = join(world.directory, 'assembly');
    const called = await cli(['synth'], {
      ...NO_ACCOUNT,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ environmentSuffix: 'pr42' }),
    });
    expectExit(0, called);
    expect(called.stdout).toBe('');
    expect(existsSync(join(outdir, 'books-pr42-foundation.template.json'))).toBe(true);
  });
});

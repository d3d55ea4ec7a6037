import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CLI, type CliResult, runCli } from '@breakwater/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyAccount, startWorld, type World } from '../../aws/test/deploy/world.ts';

const REGION = 'eu-west-1';
const OUTPUTS = 'cfn-outputs/flat-outputs.json';

const DEFINITION = `
import { bucket, defineSystem, table } from 'breakwater';
export default defineSystem({
  name: 'books',
  region: '${REGION}',
  defaults: '2026-11',
  network: { zones: 2 },
  stores: { sessions: table({ partitionKey: 'id' }), files: bucket() },
  services: {
    api: {
      image: './service',
      port: 8080,
      size: { cpu: 256, memory: 512 },
      routes: ['/api/*', '/health'],
      health: { path: '/health' },
      uses: ['sessions', 'files'],
    },
  },
});
`;

let world: World;
/** Stands for the load balancer, for the emulator serves no traffic. */
let balancer: Server;
let url: string;
/** What `pulumi stack output --json` would print. */
let printed: string;

const cli = (...args: readonly string[]) => runCli(world.directory, args);
const expectExit = (code: number, result: CliResult) =>
  expect(result, result.stderr).toMatchObject({ exitCode: code });

// What Pulumi leaves in an account: the resources with the plan's names, and no stack. Here another program creates them, because
// no Pulumi engine runs in this test; both create the same, which other tests show.
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
  await emptyAccount(world);
  await world.setSource('FROM node:20\n');
  await writeFile(join(world.directory, 'breakwater.config.ts'), DEFINITION);
  // A Pulumi stack that says no account gives the buckets other names.
  const { plan } = JSON.parse((await cli('plan', '--json')).stdout) as {
    readonly plan: { readonly buckets: { readonly files: { readonly name: string } } };
  };
  const customization = join(world.directory, 'breakwater.cdk.ts');
  const { name } = plan.buckets.files;
  await writeFile(
    customization,
    `export default { transform: { bucket: (props) => ({ ...props, bucketName: '${name}' }) } };`,
  );
  expectExit(0, await cli('deploy'));
  await rm(customization);
  printed = await readFile(join(world.directory, OUTPUTS), 'utf8');
  await rm(join(world.directory, OUTPUTS));
  await world.emulator.forgetStacks();
}, 240_000);
afterAll(async () => {
  balancer?.close();
  await world?.end();
});

describe.sequential('a system that Pulumi has deployed', () => {
  test('outputs: without stack and file it says how Pulumi’s outputs get there', async () => {
    const none = await cli('outputs');
    expectExit(7, none);
    expect(none.stderr).toContain('pulumi stack output --json | breakwater outputs --env dev --from -');
    const verified = await cli('verify');
    expectExit(7, verified);
    expect(verified.stderr).toContain('pulumi stack output --json');
  });

  test('outputs --from - writes the file that the other commands read', async () => {
    const child = spawn(process.execPath, [CLI, 'outputs', '--from', '-', '--json'], {
      cwd: world.directory,
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stdin.end(printed);
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(printed));
    expect(JSON.parse(await readFile(join(world.directory, OUTPUTS), 'utf8'))).toEqual(JSON.parse(printed));
  });

  test('outputs: from the file, and it says so', async () => {
    const found = await cli('outputs', '--json');
    expectExit(0, found);
    expect(JSON.parse(found.stdout)).toEqual(JSON.parse(printed));
    expect(found.stderr).toMatch(
      /There is no CloudFormation stack of books in dev: read from cfn-outputs\/flat-outputs\.json, written on 20/,
    );
  });

  test('outputs: a file of another environment is not taken for this one', async () => {
    const other = await cli('outputs', '--env', 'pr42');
    expectExit(7, other);
    expect(other.stdout).toBe('');
  });

  test('verify: everything but the stacks is compared, and those are skipped with the reason', async () => {
    const verified = await cli('verify', '--url', url, '--json');
    const report = JSON.parse(verified.stdout) as {
      readonly checks: readonly {
        readonly id: string;
        readonly area: string;
        readonly state: string;
        readonly reason: string | null;
        readonly found: string | null;
      }[];
    };
    expect(report.checks.filter(({ state }) => state === 'failed')).toEqual([]);
    expectExit(0, verified);
    const stacks = report.checks.filter(({ area }) => area === 'stacks');
    expect(stacks.length).toBeGreaterThan(4);
    for (const { state, reason } of stacks) {
      expect(state).toBe('skipped');
      expect(reason).toContain('was not deployed with CloudFormation');
    }
    expect(report.checks.filter(({ state }) => state === 'passed').length).toBeGreaterThan(80);
  });

  test('status: services, targets and alarms as they are', async () => {
    const found = await cli('status', '--json');
    expectExit(0, found);
    expect(JSON.parse(found.stdout)).toMatchObject({
      state: 'ready',
      services: [{ key: 'api', state: 'ACTIVE' }],
    });
  });

  test('logs --aws: lines of the services', async () => {
    const client = new CloudWatchLogsClient({ region: REGION });
    const stream = { logGroupName: '/ecs/api-logs-dev', logStreamName: 'api/api/0123456789abcdef' };
    await client.send(new CreateLogStreamCommand(stream));
    await client.send(
      new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: Date.now(), message: 'a line' }] }),
    );
    const lines = await cli('logs', 'api', '--aws', '--since', '5m');
    expectExit(0, lines);
    expect(lines.stdout).toContain('a line');
  });

  test('what CloudFormation does finds nothing to do, and touches nothing of it', async () => {
    expectExit(7, await cli('destroy', '--yes'));
    expectExit(7, await cli('rollback'));
    const deployed = await cli('deploy');
    expectExit(11, deployed);
    expect(deployed.stderr).toContain(
      'The table sessions-table-dev exists already, and no stack of this system has it',
    );
    expectExit(0, await cli('verify', '--url', url));
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emulatorPython } from './python.ts';
import { type Emulator, startEmulator } from './start.ts';

let emulator: Emulator;
let restore: () => void;
beforeAll(async () => {
  emulator = await startEmulator();
  restore = emulator.apply();
});
afterAll(async () => {
  restore?.();
  await emulator?.stop();
});

const asks = {
  'AWS Query': (c: object) => new STSClient(c).send(new GetCallerIdentityCommand({})),
  'EC2 Query': (c: object) => new EC2Client(c).send(new DescribeVpcsCommand({})),
  'AWS JSON': (c: object) => new ECSClient(c).send(new ListClustersCommand({})),
  'Smithy RPC': (c: object) => new CloudWatchClient(c).send(new DescribeAlarmsCommand({})),
  'REST XML': (c: object) => new S3Client(c).send(new ListBucketsCommand({})),
};

test.each(Object.entries(asks))('expired credentials are told in %s', async (_, ask) => {
  const credentials = { accessKeyId: 'EXPIRED1', secretAccessKey: 'x' };
  await expect(ask({ credentials })).rejects.toMatchObject({
    name: expect.stringMatching(/^ExpiredToken/),
    message: 'The security token included in the request is expired',
  });
  await ask({});
});

test('a denied call is refused, and no other', async () => {
  await emulator.behave({ deny: ['cloudformation:DescribeStacks', 'ecs:*'] });
  const denied = { name: expect.stringMatching(/^AccessDenied/) };
  const stacks = new CloudFormationClient({}).send(new DescribeStacksCommand({}));
  await expect(stacks).rejects.toMatchObject(denied);
  await expect(asks['AWS JSON']({})).rejects.toMatchObject(denied);
  await asks['AWS Query']({});
  await emulator.behave({});
  await asks['AWS JSON']({});
});

test('behaviour that nobody knows is refused', async () => {
  const typo = { failCreations: [] } as object;
  await expect(emulator.behave(typo)).rejects.toThrow('unknown behaviour: failCreations');
});

test('the server ends when whoever started it is gone', async () => {
  const server = spawn(
    await emulatorPython(),
    ['-B', join(dirname(fileURLToPath(import.meta.url)), 'server.py')],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  const ended = once(server, 'exit');
  const [line] = await once(createInterface(server.stdout), 'line');
  const { port } = JSON.parse(line);
  await fetch(`http://127.0.0.1:${port}/moto-api/data.json`);
  server.stdin.destroy();
  await ended;
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

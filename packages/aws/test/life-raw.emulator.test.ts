import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootstrap } from './emulator/bootstrap.ts';
import { type Emulator, startEmulator } from './emulator/start.ts';

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

test('the emulator answers as an account, and can be bootstrapped', async () => {
  const caller = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  expect(caller.Account).toBe(emulator.account);
  await bootstrap(emulator);
  const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({}));
  expect(Stacks?.map(({ StackName, StackStatus }) => [StackName, StackStatus])).toEqual([
    ['CDKToolkit', 'CREATE_COMPLETE'],
  ]);
});

test('expired credentials and denied calls are refused in the words of AWS', async () => {
  const credentials = { accessKeyId: 'EXPIRED1', secretAccessKey: 'x' };
  await expect(new STSClient({ credentials }).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'ExpiredToken',
  });
  await emulator.behave({ deny: ['cloudformation:DescribeStacks'] });
  await expect(new CloudFormationClient({}).send(new DescribeStacksCommand({}))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  await emulator.behave({});
});

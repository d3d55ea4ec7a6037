import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bootstrap, quietToolkit } from './emulator/bootstrap.ts';
import { inventory } from './emulator/inventory.ts';
import { type Emulator, startEmulator } from './emulator/start.ts';
import { assemblyOf, createExistingSecrets, planOf, SYSTEMS, type SystemName } from './emulator/systems.ts';

let emulator: Emulator;
let restore: () => void;
beforeAll(async () => {
  emulator = await startEmulator();
  restore = emulator.apply();
});
beforeEach(() => emulator.reset());
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
});

describe.each(Object.keys(SYSTEMS) as SystemName[])('the life of %s', (name) => {
  test('all stacks are deployed, and nothing is left when they are destroyed', async () => {
    const plan = planOf(name);
    const assembly = await assemblyOf(plan);
    try {
      await bootstrap(emulator, plan.region);
      await createExistingSecrets(plan);
      const toolkit = quietToolkit(plan.region);
      const source = await toolkit.fromAssemblyDirectory(assembly.directory);
      const before = await inventory(plan.region);
      const deployed = await toolkit.deploy(source);
      expect(deployed.stacks.map(({ stackName }) => stackName).sort()).toEqual(
        plan.stacks.map((stack) => stack.name).sort(),
      );
      await toolkit.destroy(source);
      expect(await inventory(plan.region)).toEqual(before);
    } finally {
      await assembly.remove();
    }
  });
});

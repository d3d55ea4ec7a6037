import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { synthesize } from '@breakwater/cdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bootstrap, quietToolkit } from './emulator/bootstrap.ts';
import { declared, described } from './emulator/described.ts';
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

test('an empty account can be bootstrapped', async () => {
  expect(await inventory(emulator.region)).toEqual({});
  await bootstrap(emulator);
  const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({}));
  expect(Stacks?.map(({ StackName, StackStatus }) => [StackName, StackStatus])).toEqual([
    ['CDKToolkit', 'CREATE_COMPLETE'],
  ]);
});

describe.each(Object.keys(SYSTEMS) as SystemName[])('%s', (name) => {
  test('is deployed, is described as declared, and leaves nothing when it is destroyed', async () => {
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
      expect(await described(plan)).toEqual(declared(plan));
      for (const bucket of Object.values(plan.buckets)) {
        const object = { Bucket: bucket.name, Key: 'something', Body: 'that stands in the way' };
        await new S3Client({ region: plan.region }).send(new PutObjectCommand(object));
      }
      await toolkit.destroy(source);
      expect(await inventory(plan.region)).toEqual(before);
    } finally {
      await assembly.remove();
    }
  });
});

test('a new version that never runs is rolled back, and says why', async () => {
  const plan = planOf('catalog');
  const { region } = plan;
  const [service] = Object.values(plan.services);
  const assembly = await assemblyOf(plan);
  const where = { cluster: plan.cluster.name, serviceName: service?.name };
  const ecs = new ECSClient({ region });
  const revision = async () => {
    const asked = { cluster: where.cluster, services: [where.serviceName ?? ''] };
    return (await ecs.send(new DescribeServicesCommand(asked))).services?.[0]?.taskDefinition;
  };
  try {
    await bootstrap(emulator, region);
    const toolkit = quietToolkit(region);
    await toolkit.deploy(await toolkit.fromAssemblyDirectory(assembly.directory));
    const before = await revision();
    const image = `${emulator.account}.dkr.ecr.${region}.amazonaws.com/${service?.registry?.name}@sha256:${'0'.repeat(64)}`;
    synthesize({ plan, outdir: assembly.directory, images: { [service?.key ?? '']: image } });
    await emulator.behave({ failDeployments: 'Essential container in task exited' });
    const again = await toolkit.fromAssemblyDirectory(assembly.directory);
    await expect(toolkit.deploy(again)).rejects.toThrow('Circuit Breaker');
    await emulator.behave({});
    expect(await revision()).toBe(before);
    const { taskArns } = await ecs.send(new ListTasksCommand({ ...where, desiredStatus: 'STOPPED' }));
    const { tasks } = await ecs.send(
      new DescribeTasksCommand({ cluster: where.cluster, tasks: taskArns ?? [] }),
    );
    const died = tasks?.filter(({ stopCode }) => stopCode === 'EssentialContainerExited');
    expect(died?.map(({ stoppedReason, containers }) => [stoppedReason, containers?.[0]?.exitCode])).toEqual([
      ['Essential container in task exited', 1],
    ]);
    const { events } = await new CloudWatchLogsClient({ region }).send(
      new FilterLogEventsCommand({
        logGroupName: plan.logGroups[service?.logs.logGroup ?? '']?.name,
        filterPattern: 'Error',
      }),
    );
    expect(events?.map(({ message }) => message)).toEqual(['Error: Essential container in task exited']);
  } finally {
    await assembly.remove();
  }
});

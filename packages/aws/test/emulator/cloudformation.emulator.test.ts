import { setTimeout as sleep } from 'node:timers/promises';
import {
  CancelUpdateStackCommand,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inventory } from './inventory.ts';
import { cloudFormation } from './small-stacks.ts';
import { type Emulator, startEmulator } from './start.ts';

const region = 'eu-west-1';
let emulator: Emulator;
let restore: () => void;
let stacks: ReturnType<typeof cloudFormation>;
beforeAll(async () => {
  emulator = await startEmulator({ region });
  restore = emulator.apply();
  stacks = cloudFormation(region);
});
beforeEach(() => emulator.reset());
afterAll(async () => {
  restore?.();
  await emulator?.stop();
});

const topic = (name: string) => ({ Type: 'AWS::SNS::Topic', Properties: { TopicName: name } });
const logGroup = (name: string, days: number) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName: name, RetentionInDays: days },
});
const retention = async (name: string) => {
  const client = new CloudWatchLogsClient({ region });
  const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  return logGroups.map(({ retentionInDays }) => retentionInDays);
};

describe('templates', () => {
  test("another stack's output is worked out when it is used, and is no export", async () => {
    await stacks.create('maker', {
      Resources: { topic: topic('news') },
      Outputs: { Name: { Value: { 'Fn::GetAtt': ['topic', 'TopicName'] } } },
    });
    const user = {
      Resources: {
        group: {
          Type: 'AWS::Logs::LogGroup',
          Properties: {
            LogGroupName: {
              'Fn::Sub': [
                // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
                '/of/${topic}',
                { topic: { 'Fn::GetStackOutput': { StackName: 'maker', OutputName: 'Name' } } },
              ],
            },
          },
        },
      },
    };
    await stacks.create('user', user);
    expect((await inventory(region))['logGroups']).toEqual(['/of/news']);
    await stacks.remove('maker');
    await expect(stacks.status('maker')).rejects.toThrow('does not exist');
    await stacks.create('late', user);
    expect(await stacks.status('late')).toBe('ROLLBACK_COMPLETE');
  });

  test('a type, an attribute or a function that nobody wrote is an error', async () => {
    await expect(stacks.create('a', { Resources: { x: { Type: 'AWS::Mars::Rover' } } })).rejects.toThrow(
      'AWS::Mars::Rover',
    );
    const output = (Value: unknown) => ({ Resources: { t: topic('t') }, Outputs: { out: { Value } } });
    await stacks.create('b', output({ 'Fn::GetAtt': ['t', 'Colour'] }));
    expect(await stacks.status('b')).toBe('ROLLBACK_COMPLETE');
    await stacks.create('c', output({ 'Fn::Guess': 't' }));
    expect(await stacks.status('c')).toBe('ROLLBACK_COMPLETE');
    expect(await inventory(region)).toEqual({ stacks: ['b', 'c'] });
  });

  test('resources come after what they refer to, whatever their order, and go before it', async () => {
    const policy = { Version: '2012-10-17', Statement: [] };
    await stacks.create('ordered', {
      Resources: {
        alias: {
          Type: 'AWS::KMS::Alias',
          Properties: { AliasName: 'alias/mine', TargetKeyId: { Ref: 'key' } },
        },
        key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policy } },
      },
    });
    await stacks.remove('ordered');
    const { StackId } = { StackId: 'ordered' };
    await expect(stacks.status(StackId)).rejects.toThrow('does not exist');
    expect(await inventory(region)).toEqual({});
  });
});

describe('what fails is undone', () => {
  const two = {
    Resources: { first: logGroup('/first', 7), second: { ...topic('two'), DependsOn: 'first' } },
  };

  test('a stack that cannot be created is rolled back, with its events in order', async () => {
    await emulator.behave({ failCreation: ['AWS::SNS::Topic'] });
    await stacks.create('broken', two);
    expect(await stacks.status('broken')).toBe('ROLLBACK_COMPLETE');
    expect(await stacks.events('broken')).toEqual([
      'broken CREATE_IN_PROGRESS',
      'first CREATE_IN_PROGRESS',
      'first CREATE_COMPLETE',
      'second CREATE_IN_PROGRESS',
      'second CREATE_FAILED',
      'broken ROLLBACK_IN_PROGRESS',
      'first DELETE_IN_PROGRESS',
      'first DELETE_COMPLETE',
      'broken ROLLBACK_COMPLETE',
    ]);
    expect(await inventory(region)).toEqual({ stacks: ['broken'] });
    await expect(stacks.update('broken', two)).rejects.toThrow(
      'ROLLBACK_COMPLETE state and can not be updated',
    );
  });

  test('an update that fails half-way leaves things as they were', async () => {
    const before = { Resources: { first: logGroup('/first', 7) } };
    await stacks.create('stack', before);
    await emulator.behave({ failCreation: ['AWS::SNS::Topic'] });
    await stacks.update('stack', {
      Resources: { first: logGroup('/first', 30), second: { ...topic('two'), DependsOn: 'first' } },
    });
    expect(await stacks.status('stack')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await retention('/first')).toEqual([7]);
    await emulator.behave({});
    await stacks.update('stack', two);
    expect(await stacks.status('stack')).toBe('UPDATE_COMPLETE');
  });

  test('what cannot be deleted makes the deletion fail, and can be tried again', async () => {
    await stacks.create('stack', two);
    await emulator.behave({ failDeletion: ['AWS::Logs::LogGroup'] });
    await stacks.remove('stack');
    expect(await stacks.status('stack')).toBe('DELETE_FAILED');
    expect(Object.keys(await inventory(region))).toEqual(['stacks', 'logGroups']);
    await emulator.behave({});
    await stacks.remove('stack');
    expect(await inventory(region)).toEqual({});
  });
});

describe('updates', () => {
  const named = (name: string) => ({
    Resources: { topic: topic(name) },
    Outputs: { Arn: { Value: { Ref: 'topic' } } },
  });

  test('what cannot be changed in place is replaced, and the old one goes last', async () => {
    await stacks.create('stack', named('old'));
    const changeSet = { StackName: 'stack', ChangeSetName: 'plan', ChangeSetType: 'UPDATE' } as const;
    await stacks.client.send(
      new CreateChangeSetCommand({ ...changeSet, TemplateBody: JSON.stringify(named('new')) }),
    );
    const { Changes } = await stacks.client.send(
      new DescribeChangeSetCommand({ StackName: 'stack', ChangeSetName: 'plan' }),
    );
    expect(Changes?.[0]?.ResourceChange).toMatchObject({
      Action: 'Modify',
      LogicalResourceId: 'topic',
      Replacement: 'True',
    });
    await stacks.update('stack', named('new'));
    expect(await stacks.outputs('stack')).toEqual({ Arn: expect.stringMatching(/:new$/) });
    expect((await stacks.events('stack')).slice(-6)).toEqual([
      'topic UPDATE_IN_PROGRESS',
      'topic UPDATE_COMPLETE',
      'stack UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'topic DELETE_IN_PROGRESS',
      'topic DELETE_COMPLETE',
      'stack UPDATE_COMPLETE',
    ]);
    expect((await inventory(region))['topics']).toHaveLength(1);
  });

  test('a resource that leaves the template goes, unless it is retained', async () => {
    const kept = { ...logGroup('/kept', 7), DeletionPolicy: 'Retain' };
    await stacks.create('stack', { Resources: { topic: topic('t'), gone: logGroup('/gone', 7), kept } });
    await stacks.update('stack', { Resources: { topic: topic('t') } });
    expect((await inventory(region))['logGroups']).toEqual(['/kept']);
  });

  test('nothing to change is an error, as on AWS', async () => {
    await stacks.create('stack', named('same'));
    await expect(stacks.update('stack', named('same'))).rejects.toThrow('No updates are to be performed');
  });

  test('a stack that is being changed takes no other change, and can be cancelled', async () => {
    await stacks.create('slow', { Resources: { first: logGroup('/slow', 7) } });
    await emulator.behave({ secondsPerResource: 0.5 });
    await stacks.update('slow', {
      Resources: { first: logGroup('/slow', 30), second: { ...topic('late'), DependsOn: 'first' } },
    });
    expect(await stacks.status('slow')).toBe('UPDATE_IN_PROGRESS');
    await expect(stacks.update('slow', named('other'))).rejects.toThrow('UPDATE_IN_PROGRESS');
    await expect(stacks.remove('slow')).rejects.toThrow('UPDATE_IN_PROGRESS');
    await stacks.client.send(new CancelUpdateStackCommand({ StackName: 'slow' }));
    while ((await stacks.status('slow'))?.endsWith('_IN_PROGRESS')) await sleep(50);
    expect(await stacks.status('slow')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await retention('/slow')).toEqual([7]);
  });

  test('a test can put a stack into any state', async () => {
    await stacks.create('stack', named('t'));
    await emulator.setStackStatus('stack', 'UPDATE_ROLLBACK_FAILED', 'for a test');
    await expect(stacks.update('stack', named('u'))).rejects.toThrow('UPDATE_ROLLBACK_FAILED');
    await expect(emulator.setStackStatus('nobody', 'CREATE_COMPLETE')).rejects.toThrow('no stack nobody');
  });
});

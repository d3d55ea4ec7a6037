import { expect, test } from 'vitest';
import type { DeployEvent } from '../events.ts';
import { followProgress } from './progress.ts';

const inStack = { StackId: 'an-id', StackName: 'books-dev-data' };
const at = (second: number): Date => new Date(Date.UTC(2026, 10, 21, 10, 0, second));

test('each resource is told once, with how long it took; the stack itself is not one of them', () => {
  const events: DeployEvent[] = [];
  const progress = followProgress({ stack: 'data', name: 'books-dev-data' }, (event) => events.push(event));
  const table = { ...inStack, LogicalResourceId: 'sessions', ResourceType: 'AWS::DynamoDB::Table' };
  const stack = {
    ...inStack,
    LogicalResourceId: 'books-dev-data',
    ResourceType: 'AWS::CloudFormation::Stack',
  };
  const created = { ...table, EventId: '3', ResourceStatus: 'CREATE_COMPLETE', Timestamp: at(9) } as const;
  progress.take({ ...stack, EventId: '1', ResourceStatus: 'CREATE_IN_PROGRESS', Timestamp: at(0) });
  progress.take({ ...table, EventId: '2', ResourceStatus: 'CREATE_IN_PROGRESS', Timestamp: at(1) });
  progress.take({ ...table, EventId: '2b', ResourceStatus: 'CREATE_IN_PROGRESS', Timestamp: at(2) });
  progress.take(created, { completed: 1, total: 2 });
  progress.take(created, { completed: 1, total: 2 });
  expect(events).toMatchObject([
    { state: 'started', durationMs: null },
    { state: 'started', durationMs: null },
    { state: 'done', durationMs: 8_000, completed: 1, total: 2 },
  ]);
});

test('what only failed because something else did is no reason', () => {
  const heard: string[] = [];
  const progress = followProgress(
    { stack: 'data', name: 'd' },
    () => {},
    ({ logicalId }) => heard.push(logicalId),
  );
  const failed = (id: string, reason: string) =>
    progress.take({
      ...inStack,
      Timestamp: at(1),
      EventId: id,
      LogicalResourceId: id,
      ResourceType: 'AWS::SNS::Topic',
      ResourceStatus: 'CREATE_FAILED',
      ResourceStatusReason: reason,
    });
  failed('a', 'Topic already exists');
  failed('b', 'Resource creation cancelled');
  expect(heard).toEqual(['a']);
  expect(progress.failures()).toMatchObject([
    { logicalId: 'a', reason: 'Topic already exists', physicalId: null },
  ]);
});

import { expect, test } from 'vitest';
import { describeTask } from './stopped-tasks.ts';

test('a stopped task is described by its reason and those of its containers', () => {
  expect(
    describeTask({
      taskArn: 'arn:aws:ecs:eu-west-1:123456789012:task/cluster/0abc',
      stoppedReason: 'Essential container in task exited',
      containers: [
        { name: 'api', exitCode: 1 },
        {
          name: 'collector',
          exitCode: 137,
          reason: 'OutOfMemoryError: Container killed due to memory usage',
        },
        { name: 'waiting' },
      ],
    }),
  ).toEqual([
    'Task 0abc stopped: Essential container in task exited',
    '  api ended with code 1',
    '  collector ended with code 137: OutOfMemoryError: Container killed due to memory usage',
  ]);
});

test('a task that never started says why it could not', () => {
  const reason = 'CannotPullContainerError: pull image manifest has been retried 7 times';
  expect(describeTask({ taskArn: 'x/1', stoppedReason: reason, containers: [{ name: 'api' }] })).toEqual([
    `Task 1 stopped: ${reason}`,
  ]);
});

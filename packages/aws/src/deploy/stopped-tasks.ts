import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { Plan, ServicePlan } from '@breakwater/plan';
import { clientOptions, type Session } from '../session.ts';

const TASKS = 3;
const LINES = 15;

/**
 * Why a service's tasks stopped, and the last lines that they wrote. Asked for as soon as the service fails: its log group goes with it
 * when CloudFormation takes the stack back. Empty when there is nothing to be found; never throws.
 */
export async function stoppedTasks(
  session: Session,
  { cluster }: Plan,
  service: ServicePlan,
): Promise<readonly string[]> {
  try {
    const client = new ECSClient(clientOptions(session));
    const { taskArns = [] } = await client.send(
      new ListTasksCommand({ cluster: cluster.name, family: service.taskFamily, desiredStatus: 'STOPPED' }),
    );
    if (taskArns.length === 0) return [];
    const { tasks = [] } = await client.send(
      new DescribeTasksCommand({ cluster: cluster.name, tasks: taskArns.slice(0, 100) }),
    );
    const latest = tasks.sort((a, b) => Number(b.stoppedAt ?? 0) - Number(a.stoppedAt ?? 0)).slice(0, TASKS);
    const logs = await Promise.all(latest.map((task) => lastLines(session, service, task)));
    return latest.flatMap((task, index) => [...describeTask(task), ...indent(logs[index] ?? [])]);
  } catch {
    // The deployment's own failure is what counts; this only explains it.
    return [];
  }
}

/** Why a task stopped, container by container. */
export function describeTask({
  taskArn = '',
  stoppedReason,
  stopCode,
  containers = [],
}: Task): readonly string[] {
  const id = taskArn.split('/').at(-1) ?? taskArn;
  const reasons = containers.flatMap(({ name = '', exitCode, reason }) => {
    if (exitCode === undefined && reason === undefined) return [];
    const code = exitCode === undefined ? '' : ` ended with code ${exitCode}`;
    return [`  ${name}${code}${reason === undefined ? '' : `: ${reason}`}`];
  });
  return [`Task ${id} stopped: ${stoppedReason ?? stopCode ?? 'AWS gives no reason'}`, ...reasons];
}

async function lastLines(
  session: Session,
  { logs, containerName }: ServicePlan,
  { taskArn = '' }: Task,
): Promise<readonly string[]> {
  const id = taskArn.split('/').at(-1) ?? '';
  try {
    const { events = [] } = await new CloudWatchLogsClient(clientOptions(session)).send(
      new GetLogEventsCommand({
        logGroupName: logs.logGroup,
        logStreamName: `${logs.streamPrefix}/${containerName}/${id}`,
        limit: LINES,
      }),
    );
    return events.flatMap(({ message }) => (message === undefined ? [] : [message.trimEnd()]));
  } catch {
    return []; // a task that never started has no stream
  }
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  | ${line}`);
}

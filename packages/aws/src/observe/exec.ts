import {
  DescribeTasksCommand,
  ECSClient,
  ExecuteCommandCommand,
  type ExecuteCommandCommandOutput,
  ListTasksCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import type { Plan, ServicePlan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import { clientOptions, type Session } from '../session.ts';
import { commandLine } from './command-line.ts';
import { pluginVersion, runPlugin } from './session-plugin.ts';

/** Where to run what. */
export interface ExecOptions {
  readonly plan: Plan;
  /** Key of the service. */
  readonly service: string;
  /** Id of the task, or its beginning. Default: the newest that runs. */
  readonly task?: string;
  /** Default: the service's own container. */
  readonly container?: string;
  /** Program and arguments, or one command line as a single text; see {@link commandLine}. Default: `/bin/sh`. */
  readonly command?: readonly string[];
  /** Called before the session begins. */
  readonly onTask?: (task: { readonly id: string; readonly container: string }) => void;
  /** Program to run in place of `session-manager-plugin`. */
  readonly plugin?: string;
}

/**
 * A shell, or another command, in a running task, on this terminal; returns the plugin's exit code.
 *
 * ECS opens the session and `session-manager-plugin` carries it, as with the AWS command line. Its token is handed over in
 * the plugin's environment, which other users of the machine cannot read, and not among its arguments, which they can.
 *
 * @throws AwsError when the plugin is missing or too old, ECS Exec is off, or no such task runs
 */
export async function exec(session: Session, options: ExecOptions): Promise<number> {
  const { plan, command = ['/bin/sh'] } = options;
  const service = plan.services[options.service];
  if (service === undefined) {
    throw new AwsError('unexpected', `There is no service ${options.service} in ${plan.system}`, {
      fix: `Choose from: ${Object.keys(plan.services).join(', ')}.`,
    });
  }
  if (!service.executeCommand) {
    throw new AwsError('unexpected', `Commands in tasks of ${service.key} are not allowed`, {
      why: 'Its definition does not ask for ECS Exec, so its tasks run without the agent for it.',
      fix: `Set \`exec: true\` in services.${service.key}, deploy, and try again.`,
    });
  }
  const plugin = options.plugin ?? 'session-manager-plugin';
  await pluginVersion(plugin);
  const client = new ECSClient(clientOptions(session));
  try {
    const task = chooseTask(await runningTasks(client, plan, service), options.task, service);
    const container = task.containers?.find(
      ({ name }) => name === (options.container ?? service.containerName),
    );
    if (container?.name === undefined) {
      throw new AwsError('unexpected', `There is no container ${options.container} in task ${idOf(task)}`, {
        fix: `Choose from: ${(task.containers ?? []).map(({ name }) => name).join(', ')}.`,
      });
    }
    options.onTask?.({ id: idOf(task), container: container.name });
    const opened = await open(client, plan, task, container.name, commandLine(command));
    return await runPlugin(plugin, {
      session: opened,
      region: session.region,
      profile: session.profile ?? '',
      target: `ecs:${plan.cluster.name}_${idOf(task)}_${container.runtimeId}`,
      endpoint: `https://ssm.${session.region}.${domainOf(session.region)}`,
    });
  } finally {
    client.destroy();
  }
}

async function runningTasks(client: ECSClient, plan: Plan, service: ServicePlan): Promise<Task[]> {
  const cluster = plan.cluster.name;
  try {
    const { taskArns } = await client.send(
      new ListTasksCommand({ cluster, serviceName: service.name, desiredStatus: 'RUNNING' }),
    );
    if (taskArns === undefined || taskArns.length === 0) return [];
    const { tasks } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    return (tasks ?? []).filter(({ lastStatus }) => lastStatus === 'RUNNING');
  } catch (error) {
    if (error instanceof Error && /^(Cluster|Service)NotFoundException$/.test(error.name)) {
      throw new AwsError('nothing-deployed', `${plan.system} ${plan.env} has no service ${service.name}`, {
        why: error.message,
        fix: 'Deploy it first, or check --env and the region.',
        cause: error,
      });
    }
    throw error;
  }
}

/** The task that was asked for by the beginning of its id, or the one that started last. */
export function chooseTask(
  tasks: readonly Task[],
  wanted: string | undefined,
  service: Pick<ServicePlan, 'key' | 'name'>,
): Task {
  const newest = [...tasks].sort((a, b) => startOf(b) - startOf(a));
  const matching =
    wanted === undefined ? newest.slice(0, 1) : newest.filter((task) => idOf(task).startsWith(wanted));
  const [only, another] = matching;
  if (only !== undefined && another === undefined) return only;
  const running = newest.map(idOf).join(', ');
  if (newest.length === 0) {
    throw new AwsError('unexpected', `No task of ${service.name} is running`, {
      fix: `See \`breakwater status\` and \`breakwater logs ${service.key} --aws\` for the reason.`,
    });
  }
  throw new AwsError(
    'unexpected',
    only === undefined
      ? `No running task of ${service.name} has an id that begins with ${wanted}`
      : `Several tasks of ${service.name} have ids that begin with ${wanted}`,
    { fix: `Choose from: ${running}.` },
  );
}

function startOf({ startedAt, createdAt }: Task): number {
  return (startedAt ?? createdAt)?.getTime() ?? 0;
}

function idOf({ taskArn }: Task): string {
  return taskArn?.split('/').at(-1) ?? '';
}

async function open(
  client: ECSClient,
  plan: Plan,
  task: Task,
  container: string,
  command: string,
): Promise<NonNullable<ExecuteCommandCommandOutput['session']>> {
  try {
    const { session } = await client.send(
      new ExecuteCommandCommand({
        cluster: plan.cluster.name,
        task: task.taskArn,
        container,
        command,
        interactive: true,
      }),
    );
    if (session !== undefined) return session;
    throw new Error('ECS has opened no session.');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new AwsError('unexpected', `ECS could not run a command in task ${idOf(task)}`, {
      why: message,
      fix: 'A task takes commands when its service allowed them before it started: deploy again. If it did, its agent is not connected yet, or its subnets reach neither the internet nor an ssmmessages endpoint.',
      cause: error,
    });
  }
}

/** China has a domain of its own. */
function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

import type { TaskState } from '@breakwater/protocol';
import type { Usage } from '../processes/usage.ts';
import { taskArn } from './task-id.ts';

/** What the metadata endpoint tells about a task. Times are milliseconds since the epoch. */
export interface TaskMetadata {
  readonly region: string;
  readonly account: string;
  readonly cluster: string;
  readonly id: string;
  readonly service: string;
  readonly family: string;
  readonly revision: number;
  readonly container: string;
  readonly image: string;
  readonly zone: string;
  readonly state: TaskState;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly exitCode: number | null;
}

/** The last two measurements of a task; null before there are any. */
export interface UsagePair {
  readonly previous: Usage | null;
  readonly current: Usage | null;
}

const iso = (at: number): string => new Date(at).toISOString();

/** The container's id as Fargate writes it: task id and a number. */
export function containerId({ id }: Pick<TaskMetadata, 'id'>): string {
  return `${id}-${Number.parseInt(id.slice(0, 8), 16)}`;
}

/**
 * `${ECS_CONTAINER_METADATA_URI_V4}`: the container.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-examples.html
 */
export function containerDocument(task: TaskMetadata): Readonly<Record<string, unknown>> {
  const arn = taskArn(task);
  const dockerId = containerId(task);
  return {
    DockerId: dockerId,
    Name: task.container,
    DockerName: task.container,
    Image: task.image,
    // No image is pulled here; agents read the field, so it has the right form and stands for the image's name only.
    ImageID: `sha256:${task.id.repeat(2)}`,
    Labels: {
      'com.amazonaws.ecs.cluster': task.cluster,
      'com.amazonaws.ecs.container-name': task.container,
      'com.amazonaws.ecs.task-arn': arn,
      'com.amazonaws.ecs.task-definition-family': task.family,
      'com.amazonaws.ecs.task-definition-version': String(task.revision),
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.state,
    ...(task.exitCode === null ? {} : { ExitCode: task.exitCode }),
    Limits: { CPU: task.cpuUnits, Memory: task.memoryMiB },
    CreatedAt: iso(task.createdAt),
    ...(task.startedAt === null ? {} : { StartedAt: iso(task.startedAt) }),
    Type: 'NORMAL',
    ContainerARN: `arn:aws:ecs:${task.region}:${task.account}:container/${task.cluster}/${task.id}/${uuidOf(task.id)}`,
    Networks: [
      {
        NetworkMode: 'awsvpc',
        IPv4Addresses: ['127.0.0.1'],
        AttachmentIndex: 0,
        IPv4SubnetCIDRBlock: '127.0.0.0/8',
        DomainNameServers: [],
        PrivateDNSName: 'localhost',
      },
    ],
    Snapshotter: 'overlayfs',
  };
}

/** `${ECS_CONTAINER_METADATA_URI_V4}/task`: the task with its containers. CPU in vCPU here, in units at the container. */
export function taskDocument(task: TaskMetadata): Readonly<Record<string, unknown>> {
  return {
    Cluster: `arn:aws:ecs:${task.region}:${task.account}:cluster/${task.cluster}`,
    TaskARN: taskArn(task),
    Family: task.family,
    Revision: String(task.revision),
    ServiceName: task.service,
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.state,
    Limits: { CPU: task.cpuUnits / 1024, Memory: task.memoryMiB },
    PullStartedAt: iso(task.createdAt),
    PullStoppedAt: iso(task.createdAt),
    AvailabilityZone: task.zone,
    LaunchType: 'FARGATE',
    Containers: [containerDocument(task)],
  };
}

/**
 * `…/stats`: the container's use of CPU and memory in Docker's form; null in its first seconds, as on Fargate. CPU times are
 * nanoseconds, memory is bytes. What cannot be measured for a process, network and disk, is left out.
 */
export function statsDocument(
  task: TaskMetadata,
  { previous, current }: UsagePair,
  now: number,
  cores: number,
): Readonly<Record<string, unknown>> | null {
  if (previous === null || current === null) return null;
  const between = current.atMs - previous.atMs;
  const cpu = (usage: Usage): Readonly<Record<string, unknown>> => ({
    cpu_usage: {
      total_usage: Math.round(usage.cpuSeconds * 1e9),
      usage_in_kernelmode: 0,
      usage_in_usermode: Math.round(usage.cpuSeconds * 1e9),
    },
    // Docker's counter of the whole machine; readers use its growth, which is time passed times cores.
    system_cpu_usage: Math.round(usage.atMs * 1e6 * cores),
    online_cpus: cores,
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  });
  return {
    read: iso(now),
    preread: iso(now - between),
    pids_stats: { current: current.processes },
    blkio_stats: {},
    num_procs: 0,
    storage_stats: {},
    cpu_stats: cpu(current),
    precpu_stats: cpu(previous),
    memory_stats: {
      usage: current.rssBytes,
      max_usage: current.rssBytes,
      stats: {},
      limit: task.memoryMiB * 1024 * 1024,
    },
    name: task.container,
    id: containerId(task),
  };
}

function uuidOf(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

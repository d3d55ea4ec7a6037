import { CAPACITY_PROVIDER, EPHEMERAL_STORAGE_GIB, STOP_TIMEOUT_SECONDS } from '../data/fargate.ts';
import {
  DEREGISTRATION_DELAY_SECONDS,
  HEALTH_CHECK,
  PATH_PATTERN,
  STICKINESS_SECONDS,
} from '../data/load-balancer.ts';
import { RETENTION_DAYS } from '../data/logs.ts';
import {
  ALARM_PERIODS,
  BAKE_MINUTES,
  CANARY_PERCENT,
  COOLDOWN_SECONDS,
  LINEAR_PERCENT,
  TASKS,
} from '../data/scaling.ts';
import type {
  AlarmDefinition,
  AlarmName,
  ConnectDefinition,
  DeploymentDefinition,
  HealthDefinition,
  ImageDefinition,
  ProcessDefinition,
  RegistryDefinition,
  ScalingDefinition,
  ScheduleDefinition,
  ServiceDefinition,
  TracingDefinition,
  UseDefinition,
} from '../definition/service.ts';
import { parseTaskSize } from '../units.ts';
import {
  anyOf,
  boolean,
  choice,
  decimal,
  list,
  object,
  pair,
  record,
  required,
  type Schema,
  text,
  whole,
} from './kinds.ts';
import {
  anyKey,
  dayChoice,
  duration,
  gigabytes,
  line,
  name,
  nameKey,
  ownName,
  variableKey,
} from './values.ts';

/** Retention of a log group. */
export const retention = dayChoice(RETENTION_DAYS, '7 days');
/** Tags by key. */
export const tags = record(
  anyKey,
  text('a text of up to 256 characters', 'shop', (value) => value.length <= 256),
  50,
);

const words = list(line(4096, 'node'), 1, 200);
const folder = line(1024, './service');
const percent = { minimum: 0, maximum: 100 };

const path = text(
  'a path: a slash first, then letters, digits and _ - . $ / ~ " \' @ : + & and the wildcards * and ?',
  '/api/*',
  (value) => {
    return (
      PATH_PATTERN.pattern.test(value) &&
      value.length <= PATH_PATTERN.maximum &&
      (value.match(/[*?]/g) ?? []).length <= PATH_PATTERN.wildcardsPerRule
    );
  },
);
const checkPath = text('a path that begins with a slash', '/health', (value) =>
  /^\/[\x21-\x7e]{0,1023}$/.test(value),
);

const codes = text('status codes from 200 to 499', '200-299', (value) => {
  return value.split(',').every((part) => {
    const match = /^(\d{3})(?:-(\d{3}))?$/.exec(part);
    const [low, high] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    return match !== null && low >= 200 && high <= 499 && low <= high;
  });
});

const image = anyOf(
  text('a folder that begins with ./ or ../, or the name of an image', './service', (value) =>
    /^[^\s\p{Cc}]{1,1024}$/u.test(value),
  ),
  object<ImageDefinition>({
    build: required(folder, "'./service'", '.'),
    dockerfile: line(1024, 'Dockerfile'),
    target: line(128, 'runtime'),
    args: record(
      variableKey,
      text('a text', '1', () => true),
    ),
    tag: text('an image tag', 'latest', (value) => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(value)),
  }),
);

const health = anyOf(
  checkPath,
  object<HealthDefinition>({
    path: checkPath,
    interval: duration(HEALTH_CHECK.interval, '30 s'),
    timeout: duration(HEALTH_CHECK.timeout, '5 s'),
    healthy: whole(HEALTH_CHECK.threshold),
    unhealthy: whole(HEALTH_CHECK.threshold, 3),
    codes,
    grace: duration({ minimum: 0, maximum: 7200 }, '60 s'),
  }),
);

const cooldown = duration(COOLDOWN_SECONDS, '60 s');

const scaling = object<ScalingDefinition>({
  tasks: anyOf(pair(whole(TASKS, 2)), whole(TASKS, 2)),
  desired: whole(TASKS, 2),
  cpu: decimal({ minimum: 1, maximum: 100 }, 70),
  memory: decimal({ minimum: 1, maximum: 100 }, 70),
  requests: decimal({ minimum: 1, maximum: 10_000_000 }, 1000),
  cooldown: anyOf(cooldown, object<{ in?: string; out?: string }>({ in: cooldown, out: cooldown })),
  resolution: choice(['60 s', '20 s']),
  onlyOut: boolean,
  schedule: list(
    object<ScheduleDefinition>({
      name: required(name, "'evening'", 'schedule'),
      at: required(
        text('a schedule', 'cron(0 18 * * ? *)', (value) => /^(cron|rate|at)\([^()]{1,100}\)$/.test(value)),
        "'cron(0 18 * * ? *)'",
        'rate(1 day)',
      ),
      timezone: text('an IANA time zone', 'Europe/Rome', (value) =>
        /^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/.test(value),
      ),
      tasks: required(pair(whole(TASKS, 2)), '[4, 20]', [1, 1]),
    }),
    0,
    200,
  ),
});

const share = anyOf(
  whole(CAPACITY_PROVIDER.weight, 1),
  object<{ weight?: number; base?: number }>({
    weight: whole(CAPACITY_PROVIDER.weight, 1),
    base: whole(CAPACITY_PROVIDER.base, 1),
  }),
);

const minutes = duration({ minimum: BAKE_MINUTES.minimum, maximum: BAKE_MINUTES.maximum * 60 }, '5 min', 60);
const strategies = ['rolling', 'blue-green', 'canary', 'linear'];
const alarmNames: readonly AlarmName[] = [
  'cpu',
  'memory',
  'runningTasks',
  'unhealthyHosts',
  'errors',
  'latency',
];

const deployment = anyOf(
  choice(strategies),
  object<DeploymentDefinition>({
    strategy: choice(strategies),
    bake: minutes,
    canary: object<{ percent?: number; bake?: string }>({
      percent: decimal(CANARY_PERCENT, 5),
      bake: minutes,
    }),
    linear: object<{ percent?: number; bake?: string }>({
      percent: decimal(LINEAR_PERCENT, 10),
      bake: minutes,
    }),
    minimumHealthy: whole(percent, 100),
    maximum: whole({ minimum: 100, maximum: 1000 }, 200),
    circuitBreaker: anyOf(boolean, object<{ rollback?: boolean }>({ rollback: boolean })),
    rollbackOn: list(choice(alarmNames), 0, 10),
    targetGroups: choice([1, 2]),
    zoneRebalancing: boolean,
  }),
);

const alarm: Schema = anyOf(
  decimal({ minimum: 0, maximum: 1_000_000 }, 80),
  { kind: 'literal', value: false },
  object<Exclude<AlarmDefinition, number | false>>({
    threshold: decimal({ minimum: 0, maximum: 1_000_000 }, 80),
    periods: whole({ minimum: 1, maximum: 100 }, 2),
    datapoints: whole({ minimum: 1, maximum: 100 }, 2),
    period: duration(ALARM_PERIODS, '1 min', 60),
    notify: boolean,
  }),
);

const use = anyOf(
  boolean,
  object<UseDefinition>({
    access: choice(['read', 'write', 'read-write']),
    prefix: text('the first part of environment variables', 'DB', (value) =>
      /^[A-Z][A-Z0-9_]{0,40}$/.test(value),
    ),
  }),
);

/** A service. */
export const service = object<ServiceDefinition>({
  image: required(image, "'./service'", './missing'),
  process: object<ProcessDefinition>({
    directory: folder,
    command: words,
    build: words,
    watch: list(line(1024, 'src'), 1, 100),
  }),
  port: whole({ minimum: 1, maximum: 65_535 }, 8080),
  size: anyOf(
    text("a size such as '1 vCPU, 2 GB'", '1 vCPU, 2 GB', (value) => parseTaskSize(value) !== null),
    object<{ cpu: number; memory: number }>({
      cpu: required(whole({ minimum: 1, maximum: 32_768 }, 512), '512', 512),
      memory: required(whole({ minimum: 1, maximum: 249_856 }, 1024), '1024', 1024),
    }),
  ),
  architecture: choice(['X86_64', 'ARM64']),
  storage: gigabytes(EPHEMERAL_STORAGE_GIB, '50 GB'),
  command: words,
  readonlyRoot: boolean,
  routes: list(path, 1, 100),
  health,
  drain: duration(DEREGISTRATION_DELAY_SECONDS, '30 s'),
  balancing: choice(['round_robin', 'least_outstanding_requests']),
  sticky: duration(STICKINESS_SECONDS, '1 h'),
  scaling,
  capacity: anyOf(
    choice(['on-demand', 'spot']),
    object<{ spot?: unknown; onDemand?: unknown }>({ spot: share, onDemand: share }),
  ),
  deployment,
  stopTimeout: duration(STOP_TIMEOUT_SECONDS, '30 s'),
  environment: record(
    variableKey,
    text('a text', 'info', () => true),
  ),
  exec: boolean,
  tracing: anyOf(
    boolean,
    choice(['otel', 'xray-daemon']),
    object<TracingDefinition>({
      collector: choice(['otel', 'xray-daemon']),
      sample: decimal({ minimum: 0, maximum: 1 }, 0.05),
      reservoir: whole({ minimum: 0, maximum: 1_000_000 }, 1),
      image: line(512, 'public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0'),
    }),
  ),
  logs: anyOf(
    retention,
    object<{ name?: string; retention?: string; prefix?: string }>({
      name: ownName,
      retention,
      prefix: line(128, 'web'),
    }),
  ),
  registry: anyOf(
    boolean,
    object<RegistryDefinition>({
      name: ownName,
      keep: whole({ minimum: 1, maximum: 10_000 }, 10),
      scanOnPush: boolean,
      mutableTags: boolean,
    }),
  ),
  alarms: object<Record<AlarmName, AlarmDefinition>>({
    cpu: alarm,
    memory: alarm,
    runningTasks: alarm,
    unhealthyHosts: alarm,
    errors: alarm,
    latency: alarm,
  }),
  connect: anyOf(
    boolean,
    object<ConnectDefinition>({
      name,
      protocol: choice(['http', 'http2', 'grpc']),
      timeout: duration({ minimum: 0, maximum: 86_400 }, '15 s'),
      idleTimeout: duration({ minimum: 0, maximum: 86_400 }, '5 min'),
    }),
  ),
  egress: choice(['needed', 'all']),
  name: ownName,
  purpose: name,
  tags,
  uses: anyOf(list(line(100, 'products'), 0, 100), record(nameKey, use)),
  calls: list(line(100, 'payment'), 0, 100),
});

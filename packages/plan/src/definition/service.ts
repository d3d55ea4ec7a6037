import type { FargateSize } from '../data/fargate.ts';
import type { Duration, Size } from './units.ts';

/** Where the image comes from, in full. */
export interface ImageDefinition {
  /** Folder with the Dockerfile, relative to the definition. */
  readonly build: string;
  /** @default 'Dockerfile' */
  readonly dockerfile?: string;
  /** Stage of a multi-stage Dockerfile. @default the last */
  readonly target?: string;
  /** Build arguments. Never secrets: they stay readable in the image. */
  readonly args?: Readonly<Record<string, string>>;
  /** Tag that is pushed and run. @default 'latest' */
  readonly tag?: string;
}

/** How the service runs where there is no container engine. */
export interface ProcessDefinition {
  /** Folder that it runs in, relative to the definition. @default the image's folder */
  readonly directory?: string;
  /** Program and arguments. @default the image's ENTRYPOINT and CMD, or package.json's `start` */
  readonly command?: readonly string[];
  /** Run before the first start and after a change. @default package.json's `build`, where there is one */
  readonly build?: readonly string[];
  /** Paths whose change makes a new version, relative to the folder. @default ['.'] */
  readonly watch?: readonly string[];
}

/** The load balancer's health check. */
export interface HealthDefinition {
  /** @default '/health' */
  readonly path?: string;
  /** 5 to 300 s. @default '30 s' */
  readonly interval?: Duration;
  /** 2 to 120 s and below the interval. @default '5 s' */
  readonly timeout?: Duration;
  /** Passed checks in a row until a failing task counts as healthy again, 2 to 10. @default 2 */
  readonly healthy?: number;
  /** Failed checks in a row until a task counts as unhealthy, 2 to 10. @default 3 */
  readonly unhealthy?: number;
  /** Status codes that pass. @default '200' */
  readonly codes?: string;
  /** Time after its start in which failing checks do not stop a task. @default '60 s' */
  readonly grace?: Duration;
}

/** One time for both directions, or one each. */
export type CooldownDefinition = Duration | { readonly in?: Duration; readonly out?: Duration };

/** A change of the limits at a time. */
export interface ScheduleDefinition {
  /** What the schedule is for; part of its name. @example 'evening' */
  readonly name: string;
  /** `cron(0 18 * * ? *)`, `rate(1 day)` or `at(2026-11-27T08:00:00)`. */
  readonly at: `cron(${string})` | `rate(${string})` | `at(${string})`;
  /** IANA name. @default 'UTC' */
  readonly timezone?: string;
  /** Minimum and maximum from then on. */
  readonly tasks: readonly [minimum: number, maximum: number];
}

/** How many tasks, and what makes them more or fewer. */
export interface ScalingDefinition {
  /**
   * Minimum and maximum, or a fixed number without autoscaling.
   * @default [2, 4]
   */
  readonly tasks?: number | readonly [minimum: number, maximum: number];
  /** Tasks that the first deployment starts. @default the minimum */
  readonly desired?: number;
  /** Target of the average CPU utilisation in percent. @default 70 when no other target is given */
  readonly cpu?: number;
  /** Target of the average memory utilisation in percent. Runtimes with a garbage collector seldom give memory back. */
  readonly memory?: number;
  /** Target of requests per task and minute. Not together with two target groups. */
  readonly requests?: number;
  /**
   * Wait after a scaling activity before the next in the same direction.
   * @default '60 s' out, '300 s' in
   */
  readonly cooldown?: CooldownDefinition;
  /** Period of the metrics. 20 s reacts in under two minutes instead of six, at the price of high-resolution metrics. @default '60 s' */
  readonly resolution?: '60 s' | '20 s';
  /** Never take tasks away. @default false */
  readonly onlyOut?: boolean;
  /** Limits that change at times that are known, such as a sale. @default none */
  readonly schedule?: readonly ScheduleDefinition[];
}

/** Share of the tasks beyond the base, or share and base. */
export type CapacityShare = number | { readonly weight?: number; readonly base?: number };

/**
 * Fargate on demand, Spot, or a mix by weight. Spot costs about 70 % less and can be taken back with two minutes' notice.
 * @example { spot: 70, onDemand: { weight: 30, base: 1 } }
 */
export type CapacityDefinition =
  | 'on-demand'
  | 'spot'
  | { readonly spot?: CapacityShare; readonly onDemand?: CapacityShare };

/** How a new version replaces the old one, in full. */
export interface DeploymentDefinition {
  /** @default 'rolling' */
  readonly strategy?: 'rolling' | 'blue-green' | 'canary' | 'linear';
  /** Time that both versions are kept after all traffic went over. @default '5 min' */
  readonly bake?: Duration;
  /** Canary: percent of the traffic in the first step. @default 5 */
  readonly canary?: { readonly percent?: number; readonly bake?: Duration };
  /** Linear: percent of the traffic in each step. @default 10 */
  readonly linear?: { readonly percent?: number; readonly bake?: Duration };
  /** Percent of the desired tasks that stay healthy during a rolling deployment. @default 100 */
  readonly minimumHealthy?: number;
  /** Percent of the desired tasks that may run during a rolling deployment. @default 200 */
  readonly maximum?: number;
  /** Stop after repeated failures and go back to the last version that worked. @default true */
  readonly circuitBreaker?: boolean | { readonly rollback?: boolean };
  /** Alarms of this service that stop and roll back a deployment. @default [] */
  readonly rollbackOn?: readonly AlarmName[];
  /** Two target groups even with the rolling strategy, so that a later change to blue/green replaces nothing. */
  readonly targetGroups?: 1 | 2;
  /** Move tasks until the zones are even. @default true */
  readonly zoneRebalancing?: boolean;
}

/** Tracing, in full. */
export interface TracingDefinition {
  /** The OpenTelemetry collector, or the classic X-Ray daemon for services that use the X-Ray SDK. @default 'otel' */
  readonly collector?: 'otel' | 'xray-daemon';
  /** Share of the requests that is traced, beyond the first of each second. @default 0.05 */
  readonly sample?: number;
  /** Requests of each second that are always traced. @default 1 */
  readonly reservoir?: number;
  /** Image of the sidecar. @default pinned by the defaults version */
  readonly image?: string;
}

/** The repository for the service's images, in full. */
export interface RegistryDefinition {
  /** Own name, placeholders allowed. @default by the naming pattern */
  readonly name?: string;
  /** Images kept. Keep more than you ever want to roll back to. @default 10 */
  readonly keep?: number;
  /** @default true */
  readonly scanOnPush?: boolean;
  /** @default true, so that `latest` can be pushed again */
  readonly mutableTags?: boolean;
}

/** The service's alarms. */
export type AlarmName = 'cpu' | 'memory' | 'runningTasks' | 'unhealthyHosts' | 'errors' | 'latency';

/** A threshold, or threshold and how long. `false` leaves the alarm out. */
export type AlarmDefinition =
  | number
  | false
  | {
      /** Percent for cpu and memory, tasks, answers in a period, or seconds. @default 80, 85, the minimum of tasks, 0, 10, 1 */
      readonly threshold?: number;
      /** Periods looked at. @default 2 */
      readonly periods?: number;
      /** How many of them must breach. @default all */
      readonly datapoints?: number;
      /** @default '1 min' */
      readonly period?: Duration;
      /** Tell the subscribers. @default true */
      readonly notify?: boolean;
    };

/** What a service does with a store. */
export interface UseDefinition {
  /** @default 'read-write' */
  readonly access?: 'read' | 'write' | 'read-write';
  /**
   * First part of the environment variables.
   * @default 'DB' for the first database, otherwise the store's key: `SESSIONS_TABLE`
   */
  readonly prefix?: string;
}

/** How others call this service by name. */
export interface ConnectDefinition {
  /** Name under which they find it. @default the service's key */
  readonly name?: string;
  /** @default 'http' */
  readonly protocol?: 'http' | 'http2' | 'grpc';
  /** Longest time for one request. 0 s: no limit, for streams. @default '15 s' */
  readonly timeout?: Duration;
  /** @default '5 min' */
  readonly idleTimeout?: Duration;
}

/** One service: an image or a folder to build it from, and how it runs. Everything else has a default. */
export interface ServiceOptions {
  /**
   * Folder with a Dockerfile (`'./service'`), an image (`'nginx:1.29'`), or the build in full.
   */
  readonly image: string | ImageDefinition;
  /** How it runs where there is no container engine. @default found in the Dockerfile or package.json */
  readonly process?: ProcessDefinition;
  /** Port that it listens on; it finds it in the environment variable PORT. @default 8080 */
  readonly port?: number;
  /** Task size: a pair that Fargate offers. @default '0.25 vCPU, 0.5 GB' */
  readonly size?: FargateSize | `${number} vCPU, ${number} GB`;
  /** ARM64 costs 20 % less and needs an image built for it. @default 'X86_64' */
  readonly architecture?: 'X86_64' | 'ARM64';
  /** Ephemeral storage, 21 to 200 GB. @default the 20 GB that come with a task */
  readonly storage?: Size;
  /** Replaces the image's command. */
  readonly command?: readonly string[];
  /** Refuse writes outside of mounted volumes. Not together with `exec`. @default false */
  readonly readonlyRoot?: boolean;
  /**
   * Paths that the load balancer sends here, `*` for any characters. Case counts; `/api/*` does not match `/api`.
   * Without routes only other services can call it.
   * @example ['/api/*', '/health']
   */
  readonly routes?: readonly `/${string}`[];
  /** Path, or the health check in full. */
  readonly health?: `/${string}` | HealthDefinition;
  /** How long a task that leaves still finishes requests. @default '30 s' */
  readonly drain?: Duration;
  /** Choice of the next task. @default 'round_robin' */
  readonly balancing?: 'round_robin' | 'least_outstanding_requests';
  /** Keep a client on one task for this long. @default off */
  readonly sticky?: Duration;
  /** How many tasks, and what makes them more or fewer. @default 2 to 4 tasks at 70 % CPU */
  readonly scaling?: ScalingDefinition;
  /** Fargate on demand, Spot, or a mix. @default 'on-demand' */
  readonly capacity?: CapacityDefinition;
  /** @default 'rolling' */
  readonly deployment?: 'rolling' | 'blue-green' | 'canary' | 'linear' | DeploymentDefinition;
  /** Time between SIGTERM and SIGKILL, 2 to 120 s. @default '30 s', '120 s' where Spot is used */
  readonly stopTimeout?: Duration;
  /** Plain settings. Never secrets: they are readable in the console and in the template. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Let operators open a shell in a task (ECS Exec). @default false */
  readonly exec?: boolean;
  /** Distributed tracing to X-Ray. @default false */
  readonly tracing?: boolean | 'otel' | 'xray-daemon' | TracingDefinition;
  /** Retention, or retention and name. @default '7 days', by the naming pattern */
  readonly logs?:
    | Duration
    | { readonly name?: string; readonly retention?: Duration; readonly prefix?: string };
  /** Repository for its images. @default one, where the image is built */
  readonly registry?: boolean | RegistryDefinition;
  /** Alarms of the service. About 0.10 USD a month each. @default cpu above 80 %, running tasks below the minimum */
  readonly alarms?: Readonly<Partial<Record<AlarmName, AlarmDefinition>>>;
  /** Let other services call it by name (ECS Service Connect). @default true when another service calls it */
  readonly connect?: boolean | ConnectDefinition;
  /**
   * Where its tasks may connect to: what the definition shows (stores, calls, HTTPS for AWS and the rest of the internet),
   * or anything.
   * @default 'needed'
   */
  readonly egress?: 'needed' | 'all';
  /** Own name of the ECS service, placeholders allowed. @default by the naming pattern */
  readonly name?: string;
  /** What `{purpose}` stands for in its names. @default its key */
  readonly purpose?: string;
  /** Tags beside the system's. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A service with what it uses and calls, for values whose names nobody has checked. */
export interface ServiceDefinition extends ServiceOptions {
  /** Stores: their names, or name and how. Access is granted and settings are injected in one move. */
  readonly uses?: readonly string[] | Readonly<Record<string, boolean | UseDefinition>>;
  /** Services that it calls by name. */
  readonly calls?: readonly string[];
}

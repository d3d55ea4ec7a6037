import type { TargetGroupPlan } from './load-balancer.ts';
import type { Value } from './references.ts';

/** Where the image comes from. */
export type ImagePlan =
  | {
      readonly kind: 'build';
      /** Folder with the Dockerfile, relative to the definition's folder. */
      readonly context: string;
      readonly dockerfile: string;
      /** Build stage, or null for the last. */
      readonly target: string | null;
      readonly args: Readonly<Record<string, string>>;
      readonly tag: string;
    }
  | { readonly kind: 'image'; readonly reference: string };

/** How the service runs as a plain process. Null fields are found in the Dockerfile or package.json of `directory` when it starts. */
export interface ProcessPlan {
  /** Relative to the definition's folder. */
  readonly directory: string;
  /** Run before the first start and after each change of the source; null: package.json's `build` script, where there is one. */
  readonly build: readonly string[] | null;
  /** Null: the image's ENTRYPOINT and CMD, or package.json's `start` script. */
  readonly command: readonly string[] | null;
  /** Paths, relative to `directory`, whose change means a new version. */
  readonly watch: readonly string[];
}

export interface HealthCheckPlan {
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Status codes that count as healthy: `200`, `200-299`. */
  readonly matcher: string;
  readonly gracePeriodSeconds: number;
}

export interface CapacityProviderPlan {
  readonly provider: 'FARGATE' | 'FARGATE_SPOT';
  readonly weight: number;
  readonly base: number;
}

export type ScalingMetric = 'cpu' | 'memory' | 'requests-per-target';

export interface ScalingPolicyPlan {
  readonly name: string;
  readonly metric: ScalingMetric;
  /** Percent for CPU and memory; requests per target and minute for requests. */
  readonly target: number;
  /** Period of the metric: 60 s, or 20 s with high-resolution metrics. */
  readonly resolutionSeconds: 60 | 20;
  readonly scaleInCooldownSeconds: number;
  readonly scaleOutCooldownSeconds: number;
  readonly disableScaleIn: boolean;
}

export interface ScheduledScalingPlan {
  readonly name: string;
  /** `cron(...)`, `rate(...)` or `at(...)`. */
  readonly schedule: string;
  readonly timezone: string;
  readonly minimum: number | null;
  readonly maximum: number | null;
}

export interface ScalingPlan {
  readonly minimum: number;
  readonly maximum: number;
  readonly policies: readonly ScalingPolicyPlan[];
  readonly scheduled: readonly ScheduledScalingPlan[];
}

export type DeploymentStrategyPlan =
  | { readonly kind: 'rolling' }
  | { readonly kind: 'blue-green'; readonly bakeMinutes: number }
  | {
      readonly kind: 'canary';
      readonly percent: number;
      readonly canaryBakeMinutes: number;
      readonly bakeMinutes: number;
    }
  | {
      readonly kind: 'linear';
      readonly stepPercent: number;
      readonly stepBakeMinutes: number;
      readonly bakeMinutes: number;
    };

export interface DeploymentPlan {
  readonly strategy: DeploymentStrategyPlan;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly circuitBreaker: { readonly enabled: boolean; readonly rollback: boolean };
  /** Keys of the alarms that stop and roll back a deployment. */
  readonly rollbackAlarms: readonly string[];
  readonly availabilityZoneRebalancing: boolean;
}

/** Where traffic comes in; null for a service that only others call, or none. */
export interface IngressPlan {
  readonly paths: readonly string[];
  /** One, or two where the strategy needs them or the definition asks for them. */
  readonly targetGroups: readonly TargetGroupPlan[];
  /** What the load balancer speaks with the tasks. */
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly health: HealthCheckPlan;
  readonly deregistrationDelaySeconds: number;
  readonly algorithm: 'round_robin' | 'least_outstanding_requests';
  readonly stickySeconds: number | null;
}

/** Calls to and from other services by name: ECS Service Connect. */
export interface ServiceConnectPlan {
  /** Port mapping and discovery name under which others call this service; null for a service that only calls. */
  readonly server: {
    readonly discoveryName: string;
    readonly dnsName: string;
    readonly port: number;
    /** How the others write it: `http://payment.dev.local:8080`. */
    readonly url: string;
    readonly appProtocol: 'http' | 'http2' | 'grpc';
    readonly perRequestTimeoutSeconds: number;
    readonly idleTimeoutSeconds: number;
  } | null;
  /** Names of the services that this one may call. */
  readonly calls: readonly string[];
  readonly tls: { readonly certificateAuthorityArn: string } | null;
}

export interface SidecarPlan {
  readonly name: string;
  readonly kind: 'otel-collector' | 'xray-daemon';
  readonly image: string;
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly essential: boolean;
  readonly environment: Readonly<Record<string, string>>;
  /** Port that it listens on beside those of loopback, with its protocol; null without. */
  readonly port: { readonly number: number; readonly protocol: 'udp' } | null;
  /** How ECS asks whether it is well; null where its image has no such command. */
  readonly healthCheck: {
    readonly command: readonly string[];
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly retries: number;
  } | null;
}

export interface TracingPlan {
  readonly collector: 'otel' | 'xray-daemon';
  readonly sidecar: SidecarPlan;
  /** X-Ray's sampling rule: the first `reservoir` requests of each second, then `rate` (0 to 1) of the others. */
  readonly sampling: { readonly reservoir: number; readonly rate: number };
}

/** What a role may do, on what: derived from `uses` and calls; never a wildcard where AWS allows a narrower resource. */
export interface GrantPlan {
  readonly actions: readonly string[];
  readonly resource:
    | {
        readonly kind: 'table' | 'bucket' | 'bucket-objects' | 'secret' | 'registry' | 'log-group' | 'key';
        readonly key: string;
      }
    /** AWS allows no narrower resource for these actions; the reason says which. */
    | { readonly kind: 'any'; readonly reason: string };
  readonly because: string;
}

export interface RolePlan {
  readonly name: string;
  readonly grants: readonly GrantPlan[];
}

export interface RegistryPlan {
  readonly name: string;
  readonly scanOnPush: boolean;
  readonly mutableTags: boolean;
  /** Images kept by the lifecycle rule. */
  readonly keepImages: number;
  readonly encryption: 'AES256' | 'KMS';
  readonly emptyOnDelete: boolean;
}

export interface ServicePlan {
  readonly key: string;
  /** Name of the ECS service. */
  readonly name: string;
  readonly taskFamily: string;
  readonly containerName: string;
  readonly image: ImagePlan;
  readonly process: ProcessPlan;
  readonly registry: RegistryPlan | null;
  readonly port: number;
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly architecture: 'X86_64' | 'ARM64';
  readonly ephemeralStorageGiB: number;
  readonly command: readonly string[] | null;
  readonly readonlyRootFilesystem: boolean;
  readonly initProcess: boolean;
  readonly environment: Readonly<Record<string, Value>>;
  /** Injected as secrets: environment variable to a field of a secret of the plan. */
  readonly secrets: Readonly<Record<string, { readonly secret: string; readonly key: string | null }>>;
  readonly desiredCount: number;
  readonly capacity: readonly CapacityProviderPlan[];
  readonly scaling: ScalingPlan | null;
  readonly ingress: IngressPlan | null;
  readonly connect: ServiceConnectPlan | null;
  readonly deployment: DeploymentPlan;
  readonly stopTimeoutSeconds: number;
  readonly executeCommand: boolean;
  readonly subnetTier: 'public' | 'private';
  readonly assignPublicIp: boolean;
  readonly securityGroup: string;
  /** Where tasks have their tags from. */
  readonly propagateTags: 'SERVICE';
  /** Whether ECS tags tasks with the names of cluster and service. */
  readonly managedTags: boolean;
  readonly logs: { readonly logGroup: string; readonly streamPrefix: string };
  readonly tracing: TracingPlan | null;
  readonly executionRole: RolePlan;
  readonly taskRole: RolePlan;
  /** ECS's own role for blue/green traffic shifts and Service Connect TLS; null when neither is used. */
  readonly infrastructureRole: {
    readonly name: string;
    readonly policies: readonly ('load-balancers' | 'service-connect-tls')[];
  } | null;
  /** Keys of the stores that it uses. */
  readonly uses: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

// What a target has emitted, in AWS's words and without its own: no logical ids, no tokens, no outputs of resources.
// Where one thing refers to another, the model says its name. A reader per target writes it; the expectations read it.
//
// Values that exist only once something is created are written in words, the same by every reader:
//
// - what has a name of its own goes by it: `cluster-catalog-dev`
// - ARNs stand in full, with `<account>` for the account and `id` for what AWS makes up:
//   `arn:aws:s3:::files`, `arn:aws:logs:<region>:<account>:log-group:/ecs/api:*`
// - the URI of a repository: `<account>.dkr.ecr.<region>.amazonaws.com/repo-catalog-dev`
// - dimensions of load balancers and target groups: `app/alb-catalog-dev/id`, `targetgroup/tg-catalog-dev/id`
// - everything else: `<vpc vpc-catalog-dev id>`, `<load-balancer alb-catalog-dev dns-name>`, `<database products-dev host>`

import type {
  AlarmModel,
  BucketModel,
  CertificateModel,
  DashboardModel,
  DatabaseModel,
  KeyModel,
  LogGroupModel,
  RecordModel,
  SecretModel,
  TableModel,
  TopicModel,
} from './model-data.ts';

export type {
  AlarmModel,
  BucketModel,
  CertificateModel,
  DashboardModel,
  DatabaseModel,
  KeyModel,
  LogGroupModel,
  MetricModel,
  RecordModel,
  SecretModel,
  TableModel,
  TopicModel,
} from './model-data.ts';

export type Tags = Readonly<Record<string, string>>;

/** What becomes of a resource when it is removed. */
export type Removal = 'destroy' | 'retain' | 'snapshot';

export interface VpcModel {
  readonly name: string;
  readonly cidr: string;
  readonly dnsHostnames: boolean;
  readonly dnsSupport: boolean;
  /** Names of the internet gateways attached to it. */
  readonly internetGateways: readonly string[];
}

export interface SubnetModel {
  readonly name: string;
  readonly vpc: string;
  readonly zone: string;
  readonly cidr: string;
  readonly routeTable: string | null;
  /** Where 0.0.0.0/0 goes: an internet gateway makes it public, a NAT gateway private, nothing isolated. */
  readonly defaultRoute:
    | { readonly to: 'internet-gateway' }
    | { readonly to: 'nat-gateway'; readonly nat: string }
    | { readonly to: 'none' };
}

export interface NatGatewayModel {
  readonly name: string;
  readonly subnet: string;
  /** Name of its Elastic IP address; null without one. */
  readonly elasticIp: string | null;
}

export type PeerModel =
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'security-group'; readonly group: string }
  | { readonly kind: 'other'; readonly text: string };

export interface SecurityGroupRuleModel {
  /** `tcp`, `udp`, `-1` for all. */
  readonly protocol: string;
  readonly fromPort: number | null;
  readonly toPort: number | null;
  readonly peer: PeerModel;
}

export interface SecurityGroupModel {
  readonly name: string;
  readonly ingress: readonly SecurityGroupRuleModel[];
  readonly egress: readonly SecurityGroupRuleModel[];
}

export interface EndpointModel {
  /** `s3`, `ecr.api`. */
  readonly service: string;
  readonly type: 'gateway' | 'interface';
  readonly subnets: readonly string[];
  readonly routeTables: readonly string[];
  readonly securityGroups: readonly string[];
  readonly privateDns: boolean;
}

export interface RepositoryModel {
  readonly name: string;
  readonly scanOnPush: boolean;
  readonly mutableTags: boolean;
  /** Count of the lifecycle rule for all images; null without such a rule. */
  readonly keepImages: number | null;
  readonly encryption: string;
  readonly emptyOnDelete: boolean;
  readonly removal: Removal;
  /** Whether its policy lets everyone in. */
  readonly public: boolean;
}

export interface ClusterModel {
  readonly name: string;
  readonly containerInsights: 'enabled' | 'enhanced' | 'disabled';
  readonly capacityProviders: readonly string[];
  readonly execLogGroup: string | null;
}

export interface NamespaceModel {
  readonly name: string;
  readonly kind: 'private-dns' | 'http';
  readonly vpc: string | null;
}

export interface CapacityModel {
  readonly provider: string;
  readonly weight: number;
  readonly base: number;
}

export interface DeploymentModel {
  readonly strategy: 'ROLLING' | 'BLUE_GREEN' | 'CANARY' | 'LINEAR';
  readonly minimumHealthyPercent: number | null;
  readonly maximumPercent: number | null;
  readonly circuitBreaker: { readonly enabled: boolean; readonly rollback: boolean };
  readonly alarms: { readonly names: readonly string[]; readonly rollback: boolean };
  readonly bakeMinutes: number | null;
  readonly canary: { readonly percent: number; readonly bakeMinutes: number } | null;
  readonly linear: { readonly percent: number; readonly bakeMinutes: number } | null;
}

export interface ServiceTargetModel {
  readonly container: string;
  readonly port: number;
  readonly targetGroup: string;
  /** The other target group of blue/green, canary and linear, and what ECS needs to move traffic. */
  readonly alternate: {
    readonly targetGroup: string;
    /** Path patterns of the rule that ECS changes, null without one. */
    readonly rulePaths: readonly string[] | null;
    readonly role: string;
  } | null;
}

export interface ConnectModel {
  readonly namespace: string;
  readonly services: readonly {
    readonly portName: string;
    readonly discoveryName: string | null;
    readonly aliases: readonly { readonly dnsName: string; readonly port: number }[];
    readonly perRequestTimeoutSeconds: number | null;
    readonly idleTimeoutSeconds: number | null;
    readonly tls: { readonly certificateAuthority: string; readonly role: string } | null;
  }[];
}

export interface ServiceModel {
  readonly name: string;
  readonly cluster: string;
  readonly taskFamily: string;
  /** Null: left to ECS and autoscaling. */
  readonly desiredCount: number | null;
  readonly launchType: string | null;
  readonly capacity: readonly CapacityModel[];
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly assignPublicIp: boolean;
  readonly executeCommand: boolean;
  readonly gracePeriodSeconds: number | null;
  readonly zoneRebalancing: boolean;
  readonly deployment: DeploymentModel;
  readonly targets: readonly ServiceTargetModel[];
  readonly connect: ConnectModel | null;
  readonly propagateTags: string | null;
  readonly tags: Tags;
}

export interface ContainerModel {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly ports: readonly {
    readonly port: number;
    readonly protocol: string;
    readonly name: string | null;
    readonly appProtocol: string | null;
  }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, { readonly secret: string; readonly key: string | null }>>;
  readonly logGroup: string | null;
  readonly streamPrefix: string | null;
  readonly command: readonly string[];
  readonly stopTimeoutSeconds: number | null;
}

export interface TaskDefinitionModel {
  readonly family: string;
  readonly cpu: number;
  readonly memory: number;
  readonly networkMode: string;
  readonly compatibilities: readonly string[];
  readonly executionRole: string;
  readonly taskRole: string;
  readonly containers: readonly ContainerModel[];
}

/** What a policy statement is about. */
export type PolicyTarget =
  | { readonly kind: 'any' }
  | {
      readonly kind:
        | 'table'
        | 'table-index'
        | 'bucket'
        | 'bucket-objects'
        | 'secret'
        | 'repository'
        | 'log-group'
        | 'key';
      readonly name: string;
    }
  | { readonly kind: 'other'; readonly arn: string };

export interface StatementModel {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly targets: readonly PolicyTarget[];
  /** `*`, `Service:ecs-tasks.amazonaws.com`, `AWS:arn…`; empty for policies of a role. */
  readonly principals: readonly string[];
  /** Operator, key and values: `{ StringEquals: { 'aws:SourceAccount': ['…'] } }`. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface RoleModel {
  readonly name: string;
  readonly trust: readonly StatementModel[];
  readonly managedPolicies: readonly string[];
  readonly statements: readonly StatementModel[];
}

export interface TargetGroupModel {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly targetType: string;
  readonly health: {
    readonly path: string | null;
    readonly intervalSeconds: number | null;
    readonly timeoutSeconds: number | null;
    readonly healthyThreshold: number | null;
    readonly unhealthyThreshold: number | null;
    readonly matcher: string | null;
  };
  readonly deregistrationDelaySeconds: number | null;
}

export type ActionModel =
  /** Target groups with weight above zero first. */
  | {
      readonly kind: 'forward';
      readonly targets: readonly { readonly targetGroup: string; readonly weight: number }[];
    }
  | {
      readonly kind: 'fixed-response';
      readonly statusCode: number;
      readonly contentType: string;
      readonly body: string;
    }
  | {
      readonly kind: 'redirect';
      readonly protocol: string;
      readonly port: string;
      readonly statusCode: string;
    }
  | { readonly kind: 'other'; readonly type: string };

export interface ListenerModel {
  readonly loadBalancer: string;
  readonly port: number;
  readonly protocol: string;
  readonly certificates: readonly string[];
  readonly sslPolicy: string | null;
  readonly defaultAction: ActionModel;
  readonly rules: readonly {
    readonly priority: number;
    readonly paths: readonly string[];
    readonly action: ActionModel;
  }[];
}

export interface LoadBalancerModel {
  readonly name: string;
  readonly type: string;
  readonly scheme: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly deletionProtection: boolean;
  readonly dropInvalidHeaders: boolean;
  readonly idleTimeoutSeconds: number | null;
  readonly accessLogs: string | null;
}

export interface ScalingModel {
  readonly service: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly policies: readonly {
    readonly name: string;
    readonly metric: string;
    readonly target: number;
    readonly scaleInCooldownSeconds: number | null;
    readonly scaleOutCooldownSeconds: number | null;
    readonly disableScaleIn: boolean;
  }[];
}

/** Any resource, whatever its type: what holds for all. */
export interface ResourceModel {
  /** What it is, in the words of references: `vpc`, `target-group`; the target's own type where the reader does not know it. */
  readonly kind: string;
  /** Name that it has in AWS and that is its own in an account; null where it has none, or one within another resource. */
  readonly name: string | null;
  readonly removal: Removal;
  /** Null for types that take no tags. */
  readonly tags: Tags | null;
}

/** Everything that a target has emitted for one plan. */
export interface Model {
  readonly region: string;
  readonly vpcs: readonly VpcModel[];
  readonly subnets: readonly SubnetModel[];
  readonly natGateways: readonly NatGatewayModel[];
  readonly securityGroups: readonly SecurityGroupModel[];
  readonly endpoints: readonly EndpointModel[];
  readonly repositories: readonly RepositoryModel[];
  readonly clusters: readonly ClusterModel[];
  readonly namespaces: readonly NamespaceModel[];
  readonly services: readonly ServiceModel[];
  readonly taskDefinitions: readonly TaskDefinitionModel[];
  readonly roles: readonly RoleModel[];
  readonly loadBalancers: readonly LoadBalancerModel[];
  readonly listeners: readonly ListenerModel[];
  readonly targetGroups: readonly TargetGroupModel[];
  readonly scaling: readonly ScalingModel[];
  readonly databases: readonly DatabaseModel[];
  readonly secrets: readonly SecretModel[];
  readonly tables: readonly TableModel[];
  readonly buckets: readonly BucketModel[];
  readonly logGroups: readonly LogGroupModel[];
  readonly keys: readonly KeyModel[];
  readonly topics: readonly TopicModel[];
  readonly alarms: readonly AlarmModel[];
  readonly dashboards: readonly DashboardModel[];
  readonly records: readonly RecordModel[];
  readonly certificates: readonly CertificateModel[];
  readonly resources: readonly ResourceModel[];
  /** The system's outputs by key. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Types of resources that the reader does not know, once each and sorted. */
  readonly unread: readonly string[];
  /** All that was emitted as one text, to look for what must not be in it. */
  readonly text: string;
}

import type { Duration } from './units.ts';

/** Subnets of one tier: how many bits each, or exactly these ranges, one per zone. */
export type SubnetsDefinition = readonly string[] | boolean;

/** VPC endpoints that can be asked for. */
export type EndpointName = 's3' | 'dynamodb' | 'ecr.api' | 'ecr.dkr' | 'logs' | 'secretsmanager';

/** The VPC. Everything has a default: two zones, one NAT gateway, subnets of 256 addresses in 10.0.0.0/16. */
export interface NetworkDefinition {
  /**
   * Address range of the VPC, /16 to /28.
   * @default '10.0.0.0/16'
   */
  readonly cidr?: string;
  /**
   * How many availability zones, or exactly which. A load balancer needs two.
   * @default 2
   * @example 3
   * @example ['us-east-2a', 'us-east-2b']
   */
  readonly zones?: number | readonly string[];
  /**
   * NAT gateways, through which tasks in private subnets reach the internet. `'per-zone'` keeps the others working when
   * a zone fails and costs one gateway (about 32 USD a month) and one elastic IP per zone. `'none'` needs endpoints for
   * everything that the tasks reach.
   * @default 'single'
   */
  readonly nat?: 'per-zone' | 'single' | 'none';
  /**
   * Bits of each subnet that Breakwater lays out: 24 gives 256 addresses.
   * @default 24
   */
  readonly subnetBits?: number;
  /** Subnets by tier: `true` to have the tier laid out, `false` for none, or exactly these ranges, one per zone. */
  readonly subnets?: {
    /** Reachable from the internet; the load balancer and NAT gateways stand here. @default true */
    readonly public?: SubnetsDefinition;
    /** With egress through NAT; tasks run here. @default true */
    readonly private?: SubnetsDefinition;
    /** Without any route out, for databases. @default true when there is a database */
    readonly isolated?: SubnetsDefinition;
  };
  /**
   * VPC endpoints: `true` for all six (S3 and DynamoDB gateways are free; ECR API, ECR Docker, CloudWatch Logs and
   * Secrets Manager cost about 7 USD a month and zone each), or those named.
   * @default [] none
   */
  readonly endpoints?: boolean | readonly EndpointName[];
  /**
   * Flow logs of the VPC to a log group of their own. Paid by volume.
   * @default false
   */
  readonly flowLogs?: boolean | { readonly retention?: Duration };
}

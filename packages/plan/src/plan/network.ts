/** Which of a zone's subnets: reachable from the internet, with egress through NAT, or without any route out. */
export type SubnetTier = 'public' | 'private' | 'isolated';

export interface SubnetPlan {
  /** Stable key: tier and zone letter, `private-a`. */
  readonly key: string;
  readonly name: string;
  readonly tier: SubnetTier;
  /** Availability zone, `ap-southeast-2a`. */
  readonly zone: string;
  readonly cidr: string;
}

export interface NatGatewayPlan {
  readonly key: string;
  readonly name: string;
  readonly zone: string;
  /** Key of the public subnet that it stands in. */
  readonly subnet: string;
  readonly elasticIpName: string;
}

export interface RouteTablePlan {
  readonly key: string;
  readonly name: string;
  readonly tier: SubnetTier;
  /** Keys of the subnets that use it. */
  readonly subnets: readonly string[];
  readonly defaultRoute:
    | { readonly to: 'internet-gateway' }
    | { readonly to: 'nat-gateway'; readonly nat: string }
    | { readonly to: 'none' };
}

/** What a security group's rule lets in from, or out to. */
export type Peer =
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'security-group'; readonly group: string };

export interface SecurityGroupRule {
  readonly protocol: 'tcp' | 'udp' | 'all';
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: Peer;
  readonly description: string;
}

export interface SecurityGroupPlan {
  /** Stable key: `load-balancer`, `service/catalog`, `database/products`, `endpoints`. */
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly ingress: readonly SecurityGroupRule[];
  readonly egress: readonly SecurityGroupRule[];
}

export interface VpcEndpointPlan {
  readonly key: string;
  readonly name: string;
  readonly type: 'gateway' | 'interface';
  /** Last part of the service's name: `s3`, `dynamodb`, `ecr.api`, `ecr.dkr`, `logs`, `secretsmanager`. */
  readonly service: string;
  /** Of a gateway: keys of the route tables that lead to it. Empty for an interface. */
  readonly routeTables: readonly string[];
  /** Of an interface: keys of the subnets that it stands in. Empty for a gateway. */
  readonly subnets: readonly string[];
}

export interface NetworkPlan {
  readonly name: string;
  readonly cidr: string;
  readonly dnsHostnames: boolean;
  readonly dnsSupport: boolean;
  readonly zones: readonly string[];
  readonly subnets: readonly SubnetPlan[];
  readonly internetGatewayName: string;
  readonly natGateways: readonly NatGatewayPlan[];
  readonly routeTables: readonly RouteTablePlan[];
  readonly securityGroups: readonly SecurityGroupPlan[];
  readonly endpoints: readonly VpcEndpointPlan[];
  /** Key of the log group that the VPC's flow logs go to; null without flow logs. */
  readonly flowLogs: string | null;
}

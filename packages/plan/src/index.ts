export type {
  ListenerAction,
  ListenerPlan,
  ListenerRulePlan,
  LoadBalancerPlan,
  TargetGroupPlan,
} from './plan/load-balancer.ts';
export type {
  NatGatewayPlan,
  NetworkPlan,
  Peer,
  RouteTablePlan,
  SecurityGroupPlan,
  SecurityGroupRule,
  SubnetPlan,
  SubnetTier,
  VpcEndpointPlan,
} from './plan/network.ts';
export type {
  AlarmPlan,
  DashboardPlan,
  DimensionValue,
  LogGroupPlan,
  MetricPlan,
  TopicPlan,
  WidgetPlan,
} from './plan/observability.ts';
export type { Origin } from './plan/origin.ts';
export type { ClusterPlan, OutputPlan, Plan } from './plan/plan.ts';
export { PLAN_FORMAT } from './plan/plan.ts';
export type { Reference, Value } from './plan/references.ts';
export type {
  CapacityProviderPlan,
  DeploymentPlan,
  DeploymentStrategyPlan,
  GrantPlan,
  HealthCheckPlan,
  ImagePlan,
  IngressPlan,
  ProcessPlan,
  RegistryPlan,
  RolePlan,
  ScalingMetric,
  ScalingPlan,
  ScalingPolicyPlan,
  ScheduledScalingPlan,
  ServiceConnectPlan,
  ServicePlan,
  SidecarPlan,
  TracingPlan,
} from './plan/service.ts';
export type { BucketPlan, DatabasePlan, KeyPlan, RemovalPlan, SecretPlan, TablePlan } from './plan/stores.ts';

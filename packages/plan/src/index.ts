export { accountNames } from './account-names.ts';
export { checkSecretValue, type ExpectedSecret, expectedSecrets } from './checks/secrets.ts';
export { where as definitionPathOf } from './checks/where.ts';
export { ENGINE_VERSIONS } from './data/engines.ts';
export { EPHEMERAL_STORAGE_GIB, FARGATE_SIZES, type FargateSize } from './data/fargate.ts';
export { RETENTION_DAYS } from './data/logs.ts';
export { NAME_RULES, type NameKind, type NameRule } from './data/names.ts';
export {
  ALARMS_KEY_ACTIONS,
  FLOW_LOGS_ACTIONS,
  FUNCTION_LOG_ACTIONS,
  INFRASTRUCTURE_POLICIES,
  LOGS_KEY_ACTIONS,
} from './data/permissions.ts';
export { REGIONS, type Region } from './data/regions.ts';
export { SOURCES, type Source } from './data/source.ts';
export { defineSystem, type SystemDefinition } from './definition/define-system.ts';
export type { DomainDefinition, LoadBalancerDefinition } from './definition/load-balancer.ts';
export type { EndpointName, NetworkDefinition } from './definition/network.ts';
export type {
  AlarmDefinition,
  AlarmName,
  CapacityDefinition,
  ConnectDefinition,
  DeploymentDefinition,
  HealthDefinition,
  ImageDefinition,
  ProcessDefinition,
  RegistryDefinition,
  ScalingDefinition,
  ScheduleDefinition,
  ServiceDefinition,
  ServiceOptions,
  TracingDefinition,
  UseDefinition,
} from './definition/service.ts';
export {
  type AuroraPostgresDefinition,
  auroraPostgres,
  type BucketDefinition,
  bucket,
  type ExistingSecretDefinition,
  existingSecret,
  type GeneratedSecretDefinition,
  generatedSecret,
  type PostgresDefinition,
  postgres,
  type SecretDefinition,
  type StoreDefinition,
  type TableDefinition,
  table,
} from './definition/stores.ts';
export type { Definition, EnvironmentOverrides, SystemOptions } from './definition/system.ts';
export type { AcuRange, Duration, Size, TimeWindow } from './definition/units.ts';
export { DIAGNOSTICS, type DiagnosticCode, type DiagnosticEntry } from './diagnostics/catalogue.ts';
export { type Diagnostic, diagnostic, type Severity } from './diagnostics/diagnostic.ts';
export { formatDiagnostics, sortDiagnostics } from './diagnostics/format.ts';
export { byKey, entry, mapEntries } from './entry.ts';
export { environmentSuffixRule, isEnvironmentSuffix } from './environment.ts';
export { type ExplainedValue, explain } from './explain.ts';
export {
  FLOW_LOGS_LABEL,
  keepImagesLabel,
  keyLabel,
  parameterGroupLabel,
  rotationLabel,
  secretLabel,
  subnetGroupLabel,
} from './labels.ts';
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
export type { StackPart, StackPlan } from './plan/stacks.ts';
export type {
  BucketPlan,
  DatabasePlan,
  KeyPlan,
  RemovalPlan,
  RotationPlan,
  SecretPlan,
  TablePlan,
} from './plan/stores.ts';
export { type Resolution, resolve } from './resolve/index.ts';
export type { ResolveOptions } from './resolve/prepare.ts';
export { ROTATION_CODE, ROTATION_FUNCTION } from './rotation-code.ts';
export { isEverything, type PlacedRule, securityGroupRulesOf } from './security-group-rules.ts';
export { isStaged } from './strategy.ts';
export { parseSeconds } from './units.ts';

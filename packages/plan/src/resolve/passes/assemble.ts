import type { LoadBalancerPlan } from '../../plan/load-balancer.ts';
import type { NetworkPlan, SecurityGroupPlan } from '../../plan/network.ts';
import type { AlarmPlan, DashboardPlan, LogGroupPlan, TopicPlan } from '../../plan/observability.ts';
import type { ClusterPlan, OutputPlan, Plan } from '../../plan/plan.ts';
import type { IngressPlan, ServiceConnectPlan, ServicePlan, TracingPlan } from '../../plan/service.ts';
import type { StackPlan } from '../../plan/stacks.ts';
import type { KeyPlan, SecretPlan } from '../../plan/stores.ts';
import type { Context, Names, Result } from '../context.ts';
import { mapRecord } from '../context.ts';
import { type Draft, plain } from '../mark.ts';
import type { ContainerPart } from './containers.ts';
import type { DeploymentPart } from './deployment.ts';
import type { RolePart } from './grants.ts';
import type { LinkPart } from './links.ts';
import type { Addressing } from './network.ts';
import type { ScalingPart } from './scaling.ts';
import type { StoreParts } from './stores.ts';
import type { SystemParts } from './system.ts';

type ByKey<T> = Readonly<Record<string, T>>;

interface Needs extends StoreParts {
  readonly names: Names;
  readonly base: SystemParts & { readonly protect: Draft<boolean> };
  readonly addressing: Draft<Addressing> & object;
  readonly securityGroups: readonly Draft<SecurityGroupPlan>[];
  readonly namespace: Draft<ClusterPlan['namespace']>;
  readonly loadBalancer: Draft<LoadBalancerPlan | null>;
  readonly containers: ByKey<ContainerPart>;
  readonly scalings: ByKey<ScalingPart>;
  readonly ingresses: ByKey<Draft<IngressPlan | null>>;
  readonly connects: ByKey<Draft<ServiceConnectPlan | null>>;
  readonly deployments: ByKey<DeploymentPart>;
  readonly tracings: ByKey<Draft<TracingPlan | null>>;
  readonly links: ByKey<LinkPart>;
  readonly roles: ByKey<RolePart>;
  readonly serviceLogs: ByKey<Draft<ServicePlan['logs']>>;
  readonly secrets: ByKey<Draft<SecretPlan>>;
  readonly keys: ByKey<Draft<KeyPlan>>;
  readonly logKeys: ByKey<Draft<KeyPlan>>;
  readonly logGroups: ByKey<Draft<LogGroupPlan>>;
  readonly alarms: ByKey<Draft<AlarmPlan>>;
  readonly topics: ByKey<Draft<TopicPlan>>;
  readonly dashboard: Draft<DashboardPlan | null>;
  readonly outputs: readonly Draft<OutputPlan>[];
  readonly stacks: readonly Draft<StackPlan>[];
}

/** The plan without its origins: those are collected when it is sealed. */
export type PlanDraft = Omit<Plan, 'origins'>;

/** Puts the parts together. */
export function assemble(draft: Needs, context: Context): Result<{ readonly plan: Draft<PlanDraft> }> {
  const t = context.tracer('assemble');
  const { definition } = context;
  const none = <T>(record: ByKey<T>, from: string) =>
    Object.keys(record).length > 0 ? record : t.derived<Record<string, never>>({}, [from], 'there is none');
  const cluster: Draft<ClusterPlan> = {
    name: draft.names('cluster', 'cluster'),
    containerInsights: t.option<'enhanced' | 'enabled' | 'disabled'>(
      definition.cluster?.insights,
      'cluster.insights',
      'enabled',
      'running tasks are counted nowhere else',
    ),
    capacityProviders: t.defaulted<ClusterPlan['capacityProviders']>(
      ['FARGATE', 'FARGATE_SPOT'],
      'cluster',
      'services choose between them',
    ),
    namespace: draft.namespace,
    executeCommandLogGroup: t.derived<string | null>(
      Object.hasOwn(draft.logGroups, 'exec') ? 'exec' : null,
      ['services'],
      'sessions of ECS Exec are logged',
    ),
    executeCommandEncrypted: t.derived(
      draft.logGroups['exec'] !== undefined &&
        plain<LogGroupPlan>(draft.logGroups['exec']).encryptionKey !== null,
      ['logs.customerKey'],
      'where the log group has a key of the customer, sessions must use it',
    ),
  };
  const flowLogs = definition.network?.flowLogs;
  const network: Draft<NetworkPlan> = {
    // The addressing pass builds an object, never a marked value as a whole.
    ...(draft.addressing as Exclude<Draft<Addressing>, { readonly value: unknown }>),
    securityGroups: draft.securityGroups,
    flowLogs: t.read<unknown, string | null>(
      flowLogs,
      'network.flowLogs',
      (given) => (given === false ? null : 'flow-logs'),
      null,
      'flow logs are paid by volume',
    ),
  };
  const services = mapRecord(draft.containers, (container, key) => {
    const parts = {
      ...container,
      ...part(draft.scalings, key),
      ...part(draft.deployments, key),
      ...part(draft.links, key),
      ...part(draft.roles, key),
      ingress: part(draft.ingresses, key),
      connect: part(draft.connects, key),
      tracing: part(draft.tracings, key),
      logs: part(draft.serviceLogs, key),
    };
    return parts satisfies Draft<ServicePlan>;
  });
  const { base } = draft;
  const plan: Draft<PlanDraft> = {
    ...base,
    network,
    cluster,
    loadBalancer: draft.loadBalancer,
    services,
    databases: none(draft.databases, 'stores'),
    tables: none(draft.tables, 'stores'),
    buckets: none(draft.buckets, 'stores'),
    secrets: none(draft.secrets, 'stores'),
    keys: none({ ...draft.logKeys, ...draft.keys }, 'logs.customerKey'),
    logGroups: draft.logGroups,
    topics: none(draft.topics, 'alarms.notify'),
    alarms: none(draft.alarms, 'services'),
    dashboard: draft.dashboard,
    outputs: draft.outputs,
    stacks: draft.stacks,
  };
  return { added: { plan } };
}

/** Every pass has an entry for every service. */
function part<T>(parts: ByKey<T>, key: string): T {
  return parts[key] as T; // each pass maps all services of the definition
}

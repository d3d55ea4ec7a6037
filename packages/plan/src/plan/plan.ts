import type { LoadBalancerPlan } from './load-balancer.ts';
import type { NetworkPlan } from './network.ts';
import type { AlarmPlan, DashboardPlan, LogGroupPlan, TopicPlan } from './observability.ts';
import type { Origin } from './origin.ts';
import type { Reference } from './references.ts';
import type { ServicePlan } from './service.ts';
import type { StackPlan } from './stacks.ts';
import type { BucketPlan, DatabasePlan, KeyPlan, SecretPlan, TablePlan } from './stores.ts';

export interface ClusterPlan {
  readonly name: string;
  readonly containerInsights: 'enhanced' | 'enabled' | 'disabled';
  readonly capacityProviders: readonly ('FARGATE' | 'FARGATE_SPOT')[];
  /** Cloud Map namespace for Service Connect; null without one. */
  readonly namespace: { readonly name: string; readonly kind: 'private-dns' | 'http' } | null;
  readonly executeCommandLogGroup: string | null;
  /** Whether sessions of ECS Exec are refused unless that log group is encrypted with a key of the customer. */
  readonly executeCommandEncrypted: boolean;
}

export interface OutputPlan {
  /** Key in `cfn-outputs/flat-outputs.json`. */
  readonly key: string;
  readonly description: string;
  readonly value: Reference | { readonly kind: 'literal'; readonly value: string };
}

/** Version of the plan's format; readers refuse a plan of another. */
export const PLAN_FORMAT = 1;

/**
 * Everything decided. Frozen plain JSON without optional fields: a target only translates it.
 */
export interface Plan {
  readonly format: typeof PLAN_FORMAT;
  /** Version of the defaults it was resolved with, `2026-11`. */
  readonly defaults: string;
  readonly system: string;
  readonly env: string;
  readonly region: string;
  /** Twelve digits, or null while unknown: targets then use their own expression. */
  readonly account: string | null;
  /** Whether the environment's data and entry are protected from deletion. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly network: NetworkPlan;
  readonly cluster: ClusterPlan;
  readonly loadBalancer: LoadBalancerPlan | null;
  readonly services: Readonly<Record<string, ServicePlan>>;
  readonly databases: Readonly<Record<string, DatabasePlan>>;
  readonly tables: Readonly<Record<string, TablePlan>>;
  readonly buckets: Readonly<Record<string, BucketPlan>>;
  readonly secrets: Readonly<Record<string, SecretPlan>>;
  readonly keys: Readonly<Record<string, KeyPlan>>;
  readonly logGroups: Readonly<Record<string, LogGroupPlan>>;
  readonly topics: Readonly<Record<string, TopicPlan>>;
  readonly alarms: Readonly<Record<string, AlarmPlan>>;
  readonly dashboard: DashboardPlan | null;
  readonly outputs: readonly OutputPlan[];
  /** In an order in which each comes after those it depends on. */
  readonly stacks: readonly StackPlan[];
  /** Where each value comes from, by its path in the plan: `services.catalog.scaling.minimum`. */
  readonly origins: Readonly<Record<string, Origin>>;
}

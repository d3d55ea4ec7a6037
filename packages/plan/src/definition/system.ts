import type { Region } from '../data/regions.ts';
import type { DomainDefinition, LoadBalancerDefinition } from './load-balancer.ts';
import type { NetworkDefinition } from './network.ts';
import type { ServiceDefinition } from './service.ts';
import type { StoreDefinition } from './stores.ts';
import type { Duration } from './units.ts';

/** Everything of a system but its services and stores. */
export interface SystemOptions {
  /** Name of the system: lower-case letters, digits and hyphens. It is what `{system}` stands for. */
  readonly name: string;
  /** Region, `ap-southeast-2`. */
  readonly region: Region;
  /** Version of the defaults. A new release never changes them for a system that names its version. @default '2026-11' */
  readonly defaults?: '2026-11';
  /**
   * Pattern of all names: `{type}`, `{purpose}`, `{env}`, `{system}`. It must hold `{env}`, so that environments live side
   * by side. A name too long for its resource is shortened with a stable hash.
   * @default '{purpose}-{type}-{env}'
   */
  readonly naming?: `${string}{env}${string}`;
  /** The VPC. @default two zones, one NAT gateway, 10.0.0.0/16. Locally there is one network, this machine's. */
  readonly network?: NetworkDefinition;
  /** The ECS cluster. Costs nothing by itself. */
  readonly cluster?: {
    /** Own name, placeholders allowed. @default by the naming pattern */
    readonly name?: string;
    /** Container Insights; paid by metric. `running tasks` alarms need it. @default 'enabled' */
    readonly insights?: 'enhanced' | 'enabled' | 'disabled';
  };
  /** Calls between services by name. @default namespace `{env}.local` as soon as a service calls another */
  readonly connect?: {
    /** Namespace; placeholders allowed. @default '{env}.local' */
    readonly namespace?: string;
    /** ARN of a private certificate authority: calls between services are then encrypted. */
    readonly certificateAuthority?: string;
  };
  /** The load balancer, about 18 USD a month and its traffic. @default one, as soon as a service has routes. Locally a router follows its rules. */
  readonly loadBalancer?: LoadBalancerDefinition;
  /** HTTPS, a certificate and a DNS record; plain HTTP then redirects. @default none */
  readonly domain?: DomainDefinition;
  /** Log groups in CloudWatch Logs; paid by volume. */
  readonly logs?: {
    /** Retention of every log group that says nothing else. @default '7 days' */
    readonly retention?: Duration;
    /** Encrypt the log groups with a customer-managed key, rotated every year. Costs 1 USD a month. @default false */
    readonly customerKey?: boolean;
  };
  /** Who is told when an alarm fires: e-mail addresses or https URLs. @default nobody */
  readonly alarms?: { readonly notify?: readonly string[] };
  /** A CloudWatch dashboard with what an operator looks at first. The first three of an account are free. @default true */
  readonly dashboard?: boolean | { readonly name?: string };
  /** Tags of every resource; placeholders allowed. Environment, Project and ManagedBy are there unless given. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Deletion protection, final snapshots and Retain for data. @default false: everything goes with its environment */
  readonly protect?: boolean;
}

/** The same with everything optional, all the way down; lists and short forms replace as a whole. */
export type Overrides<T> = T extends string | number | boolean | readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Overrides<T[K]> }
    : T;

/** What an environment changes. */
export interface EnvironmentOverrides<StoreName extends string = string, ServiceName extends string = string>
  extends Overrides<Omit<SystemOptions, 'name' | 'defaults'>> {
  readonly stores?: Readonly<Partial<Record<StoreName, StoreOverrides>>>;
  readonly services?: Readonly<Partial<Record<ServiceName, Overrides<ServiceDefinition>>>>;
}

type OverridesOf<T> = T extends { readonly kind: string } ? Overrides<Omit<T, 'kind'>> : never;

/** What an environment changes of a store; its kind stays. */
export type StoreOverrides = OverridesOf<StoreDefinition>;

/** A definition whose names nobody has checked: what `resolve` accepts. */
export interface Definition extends SystemOptions {
  /** Databases, tables, buckets and secrets, by name. @example { products: auroraPostgres() } */
  readonly stores?: Readonly<Record<string, StoreDefinition>>;
  /** Services, by name. @example { web: { image: './web', routes: ['/*'] } } */
  readonly services: Readonly<Record<string, ServiceDefinition>>;
  /** What single environments change, by suffix. @example { prod: { protect: true } } */
  readonly environments?: Readonly<Record<string, EnvironmentOverrides>>;
}

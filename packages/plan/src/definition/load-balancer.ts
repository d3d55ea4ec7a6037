import type { TLS_POLICIES } from '../data/load-balancer.ts';
import type { Duration } from './units.ts';

/** A domain that leads to the load balancer: its name, or name and hosted zone and certificate. */
export type DomainDefinition =
  | string
  | {
      /** Host name, `shop.example.com`. */
      readonly name: string;
      /** Route 53 zone that the record is written to. @default the name without its first label */
      readonly hostedZone?: string;
      /** ARN of a certificate in this Region. @default one is requested and validated by DNS */
      readonly certificate?: string;
    };

/** The load balancer in front of the services with `routes`. There is one as soon as a service has routes. */
export interface LoadBalancerDefinition {
  /** Own name, placeholders allowed. @default by the naming pattern */
  readonly name?: string;
  /** `true` keeps it inside the VPC. @default false */
  readonly internal?: boolean;
  /** Port of the plain listener. @default 80 */
  readonly port?: number;
  /** ARN of a certificate: HTTPS without a domain. @default none */
  readonly certificate?: string;
  /** Security policy of the HTTPS listener. @default the one that AWS recommends, TLS 1.2 and up */
  readonly tlsPolicy?: (typeof TLS_POLICIES)[number];
  /** Seconds without data until a connection is closed. Services keep theirs open longer. @default '60 s' */
  readonly idleTimeout?: Duration;
  /** Answer to requests that no route takes. @default 404 `Not Found` in plain text */
  readonly otherwise?: {
    /** @default 404 */
    readonly status?: number;
    /** Up to 1024 characters. @default 'Not Found' */
    readonly body?: string;
    /** @default 'text/plain' */
    readonly contentType?:
      | 'text/plain'
      | 'text/css'
      | 'text/html'
      | 'application/javascript'
      | 'application/json';
  };
  /** Access logs into a bucket of their own. @default false */
  readonly accessLogs?: boolean | { readonly keep?: Duration };
  /** A log group kept for the load balancer: its name, or name and retention. @default none */
  readonly logs?: string | { readonly name?: string; readonly retention?: Duration };
}

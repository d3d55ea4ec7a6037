/** What a listener or one of its rules does with a request. */
export type ListenerAction =
  | { readonly kind: 'forward'; readonly service: string }
  | {
      readonly kind: 'fixed-response';
      readonly statusCode: number;
      readonly contentType: string;
      readonly body: string;
    }
  | {
      readonly kind: 'redirect';
      readonly protocol: 'HTTPS';
      readonly port: number;
      readonly statusCode: 301 | 302;
    };

export interface ListenerRulePlan {
  /** Stable key: the service that it forwards to; where that has several rules, all but the widest have their widest path behind it. */
  readonly key: string;
  /** 1 to 50,000, unique in a listener; the lowest is tried first. A matter of the rule alone: others that come and go leave it. */
  readonly priority: number;
  /** The narrowest first. */
  readonly paths: readonly string[];
  readonly action: ListenerAction;
}

export interface ListenerPlan {
  readonly key: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** Null on HTTP listeners. */
  readonly tls: {
    /** ARN of a certificate given, or null: one is requested for the domain and validated by DNS. */
    readonly certificateArn: string | null;
    readonly policy: string;
  } | null;
  readonly rules: readonly ListenerRulePlan[];
  readonly defaultAction: ListenerAction;
}

export interface TargetGroupPlan {
  /** `blue` is the only one with the rolling strategy unless the definition asks for two. */
  readonly key: 'blue' | 'green';
  readonly name: string;
  /** Share of the traffic that the rule of a staged strategy starts with; from then on ECS moves it. */
  readonly weight: number;
}

export interface LoadBalancerPlan {
  readonly name: string;
  readonly scheme: 'internet-facing' | 'internal';
  readonly securityGroup: string;
  readonly subnetTier: 'public' | 'private';
  readonly listeners: readonly ListenerPlan[];
  readonly idleTimeoutSeconds: number;
  readonly dropInvalidHeaders: boolean;
  readonly deletionProtection: boolean;
  /** Where access logs go: key of a bucket of the plan. Null when off. */
  readonly accessLogs: { readonly bucket: string; readonly prefix: string } | null;
  /** Key of a log group kept for the load balancer, null when none is asked for. */
  readonly logGroup: string | null;
  /** Where clients find it. Host null: the name that AWS gives it; port null: the scheme's own. */
  readonly address: {
    readonly scheme: 'http' | 'https';
    readonly host: string | null;
    readonly port: number | null;
  };
  /** DNS record; null without a domain. */
  readonly domain: { readonly name: string; readonly hostedZone: string } | null;
}

/** First part of the paths that only the engine may ask for; no bucket's name has an underscore. */
export const CONTROL_PREFIX = '/_breakwater/';
/** What a line of a store server's output begins with that is meant for the engine. */
export const EVENT_PREFIX = '@breakwater ';

/** One thing that a role may do: an action on a resource; both may end in `*`. */
export interface Allowance {
  readonly action: string;
  readonly resource: string;
}

/** Whose requests a pair of keys signs, and what they may do. Holds secrets. */
export interface Principal {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<task>` */
  readonly arn: string;
  readonly allowed: readonly Allowance[];
}

/** A table as the server is to have it. */
export interface TableSettings {
  /** The store's name in the definition. */
  readonly key: string;
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute | null;
  readonly indexes: readonly {
    readonly name: string;
    readonly partitionKey: KeyAttribute;
    readonly sortKey: KeyAttribute | null;
  }[];
  readonly ttlAttribute: string | null;
}

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

/** A bucket as the server is to have it. */
export interface BucketSettings {
  readonly key: string;
  readonly name: string;
}

/** What a store server is started with: in its environment, for it holds the engine's token. */
export interface ServerSettings {
  readonly kind: 'dynamodb' | 's3';
  readonly directory: string;
  readonly port: number;
  readonly token: string;
  readonly region: string;
  readonly account: string;
  readonly tables: readonly TableSettings[];
  readonly buckets: readonly BucketSettings[];
  /** From an item's expiry to its deletion, and between two looks for such items; real milliseconds. */
  readonly ttl: { readonly delayMs: number; readonly sweepMs: number };
}

/** Name of the environment variable with the {@link ServerSettings}. */
export const SETTINGS_VARIABLE = 'BREAKWATER_STORE_SETTINGS';

/** The engine's word to a running server. */
export interface ControlRequest {
  /** Keys that hold from now on. */
  readonly begin?: readonly Principal[];
  /** Access keys that hold no longer. */
  readonly end?: readonly string[];
  /** Delay of every answer, by the store's name in the definition. */
  readonly delays?: Readonly<Record<string, number>>;
}

/** What a server tells the engine in a line of its output. */
export type ServerEvent =
  | { readonly kind: 'listening' }
  /** It cannot start; `fix` says what to do. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly fix: string | null }
  | {
      readonly kind: 'refused';
      /** The store's name in the definition; null when it is none of ours. */
      readonly store: string | null;
      /** Of the role's session: `payments-payment-task-dev/<task id>`; null without valid credentials. */
      readonly session: string | null;
      readonly message: string;
    }
  | { readonly kind: 'expired'; readonly store: string; readonly items: number };

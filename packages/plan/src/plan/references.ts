/**
 * A value that only exists once a target has created something: an address, a secret's field, a bucket's name.
 * References stay symbolic in the plan; each target lowers them to its own expression
 * (a token in CDK, an output in Pulumi, a concrete value on this machine).
 */
export type Reference =
  /** A field of a database: `host` of the writer, `reader-host` of the readers' endpoint. */
  | {
      readonly kind: 'database';
      readonly database: string;
      readonly field: 'host' | 'reader-host' | 'port' | 'name' | 'arn';
    }
  /** A field of a secret; `key` is the JSON key, null for the whole value. Values never enter a template. */
  | { readonly kind: 'secret'; readonly secret: string; readonly key: string | null }
  | { readonly kind: 'table'; readonly table: string; readonly field: 'name' | 'arn' }
  | { readonly kind: 'bucket'; readonly bucket: string; readonly field: 'name' | 'arn' }
  /** How a service reaches another: its URL or host name under Service Connect. */
  | { readonly kind: 'service'; readonly service: string; readonly field: 'url' | 'host' | 'port' | 'name' }
  | { readonly kind: 'load-balancer'; readonly field: 'dns-name' | 'url' | 'arn' }
  | { readonly kind: 'registry'; readonly service: string; readonly field: 'uri' | 'arn' }
  | { readonly kind: 'cluster'; readonly field: 'name' | 'arn' }
  | { readonly kind: 'network'; readonly field: 'vpc-id' }
  | { readonly kind: 'dashboard'; readonly field: 'url' };

/** A plain value or a reference to something a target creates. */
export type Value = { readonly kind: 'literal'; readonly value: string } | Reference;

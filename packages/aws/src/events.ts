import type { StackPart } from '@breakwater/plan';

/** How a stack's deployment ended. */
export type StackOutcome = 'created' | 'updated' | 'unchanged' | 'deleted' | 'failed';

/** What happens while a system is deployed, rolled back or destroyed; the command line draws it. */
export type DeployEvent =
  /** A larger step began, `Building images`. */
  | { readonly kind: 'step'; readonly title: string }
  /** Something worth knowing that needs no action. */
  | { readonly kind: 'note'; readonly message: string }
  /** Something that may bite, found before it does. */
  | { readonly kind: 'warning'; readonly message: string }
  | {
      readonly kind: 'image';
      readonly service: string;
      readonly state: 'building' | 'pushing' | 'ready';
      /** `sha256:…` once it is ready. */
      readonly digest: string | null;
      readonly durationMs: number | null;
    }
  /** A line of the image build tool. */
  | { readonly kind: 'build-output'; readonly service: string; readonly line: string }
  | {
      readonly kind: 'stack-started';
      /** Null for a stack that the plan no longer has. */
      readonly stack: StackPart | null;
      readonly name: string;
      readonly operation: 'deploy' | 'delete';
    }
  | {
      readonly kind: 'resource';
      readonly stack: StackPart | null;
      readonly name: string;
      readonly logicalId: string;
      /** `AWS::ECS::Service` */
      readonly type: string;
      /** CloudFormation's: `CREATE_IN_PROGRESS`, `UPDATE_COMPLETE`, `DELETE_FAILED`. */
      readonly status: string;
      readonly state: 'started' | 'done' | 'failed';
      readonly reason: string | null;
      /** Since the resource's operation began; null while it runs, or when its beginning was not seen. */
      readonly durationMs: number | null;
      /** Resources done and altogether in this operation, as far as CloudFormation tells. */
      readonly completed: number | null;
      readonly total: number | null;
    }
  | {
      readonly kind: 'stack-finished';
      readonly stack: StackPart | null;
      readonly name: string;
      readonly outcome: StackOutcome;
      readonly durationMs: number;
    }
  /** Something removed that no stack holds: a release, a log group, objects of a bucket. */
  | { readonly kind: 'removed'; readonly what: string }
  | { readonly kind: 'released'; readonly number: number };

/** Takes events; must not throw. */
export type OnEvent = (event: DeployEvent) => void;

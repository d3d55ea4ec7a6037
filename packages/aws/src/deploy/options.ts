import type { Plan } from '@breakwater/plan';
import type { OnEvent, StackOutcome } from '../events.ts';
import type { Images } from '../images/resolve-images.ts';
import type { FlatOutputs } from '../outputs.ts';
import type { Synthesize } from '../stacks/assembly.ts';

/** What {@link deploy} needs. */
export interface DeployOptions {
  readonly plan: Plan;
  /** The definition's folder: images are built from it, outputs are written to it. */
  readonly directory: string;
  readonly synthesize: Synthesize;
  /** Digests, `sha256:…`, of images that were built and pushed elsewhere, by service. Others are built here. */
  readonly images?: Images;
  /** Keys of the stores, repositories and load balancers that may be replaced or deleted. */
  readonly acceptDataLoss?: readonly string[];
  readonly onEvent: OnEvent;
  /** Asks for an end: stacks under way are cancelled or left to CloudFormation, the next run goes on. */
  readonly signal: AbortSignal;
  /** How often CloudFormation is asked how far it is, in milliseconds. Default 2,000. */
  readonly pollIntervalMs?: number;
}

/** What a deployment came to. */
export interface DeployResult {
  /** False when everything was as the definition says. */
  readonly changed: boolean;
  /** Number of the release that is live now. */
  readonly release: number;
  readonly outputs: FlatOutputs;
  /** Where the outputs were written. */
  readonly outputsFile: string;
  /** Digests by service. */
  readonly images: Images;
  /** What became of each stack, by its key, and of those removed, by their name. */
  readonly stacks: Readonly<Record<string, StackOutcome>>;
  readonly durationMs: number;
}

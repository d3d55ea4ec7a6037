import type { AwsCredentialIdentityProvider } from '@smithy/types';

/**
 * Where and as whom a command talks to AWS. SDK clients are made from it: `new ECSClient(clientOptions(session))`.
 * The endpoint comes from `AWS_ENDPOINT_URL`, as in every SDK.
 */
export interface Session {
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  /** ARN of the caller. */
  readonly caller: string;
  readonly profile: string | null;
  readonly credentials: AwsCredentialIdentityProvider;
}

/** What every SDK client of a session is created with. */
export function clientOptions({ region, credentials }: Session): {
  region: string;
  credentials: AwsCredentialIdentityProvider;
} {
  return { region, credentials };
}

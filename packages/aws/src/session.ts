import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import { AwsError } from './aws-error.ts';
import { attempt } from './failures.ts';

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

/** Which account to talk to, and as whom. */
export interface SessionRequest {
  readonly region: string;
  /** Profile of the AWS configuration files. Default: `AWS_PROFILE`, then the SDK's default chain. */
  readonly profile?: string;
  /** Twelve digits: any other account is refused. */
  readonly expectedAccount?: string;
}

/**
 * Finds credentials as every AWS SDK does (environment, profile, SSO, container, instance) and asks who they belong to.
 *
 * @throws AwsError `no-credentials`, `expired-credentials`, `access-denied`, `unreachable`, `wrong-account`
 */
export async function openSession({ region, profile, expectedAccount }: SessionRequest): Promise<Session> {
  const client = new STSClient({
    region,
    // A network that swallows packets is found out here, at the first call.
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 30_000 },
    ...(profile === undefined ? {} : { profile }),
  });
  const credentials: AwsCredentialIdentityProvider = () => client.config.credentials();
  const identity = await attempt('ask whose credentials these are', () =>
    client.send(new GetCallerIdentityCommand({})),
  );
  const { Account: account = '', Arn: caller = '' } = identity;
  if (expectedAccount !== undefined && expectedAccount !== account) {
    throw new AwsError('wrong-account', `The credentials belong to account ${account}`, {
      why: `${expectedAccount} is the account to use`,
      fix: `Use a profile of account ${expectedAccount}: --profile NAME.`,
    });
  }
  return { region, account, caller, profile: profile ?? null, credentials };
}

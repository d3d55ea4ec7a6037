import { AwsError } from './aws-error.ts';
import type { Session } from './session.ts';
import { readStack } from './stacks/read.ts';
import { BOOTSTRAP_STACK } from './stacks/toolkit.ts';

/** The oldest bootstrap stack that the templates of the CDK's current synthesizer accept. */
const OLDEST_VERSION = 6;

/** What `cdk bootstrap` left in the account. */
export interface Bootstrap {
  /** Bucket for templates; locks and releases stand in it as well. */
  readonly bucket: string;
  readonly version: number;
}

/** Finds the bootstrap stack. @throws AwsError `not-bootstrapped` when it is missing, unfinished or too old. */
export async function findBootstrap(session: Session): Promise<Bootstrap> {
  const place = `account ${session.account} in ${session.region}`;
  const fix = `Run \`npx cdk bootstrap aws://${session.account}/${session.region}\` once, with the same credentials.`;
  const stack = await readStack(session, BOOTSTRAP_STACK);
  if (stack === null) {
    throw new AwsError('not-bootstrapped', `Nothing can be deployed to ${place} yet`, {
      why: `it has no ${BOOTSTRAP_STACK} stack, which keeps templates and roles for deployments`,
      fix,
    });
  }
  const { BucketName: bucket, BootstrapVersion: version } = stack.outputs;
  if (bucket === undefined || version === undefined) {
    throw new AwsError('not-bootstrapped', `The ${BOOTSTRAP_STACK} stack of ${place} is not usable`, {
      why: `it is ${stack.status} and has no bucket or version among its outputs`,
      fix,
    });
  }
  if (Number(version) < OLDEST_VERSION) {
    throw new AwsError('not-bootstrapped', `The ${BOOTSTRAP_STACK} stack of ${place} is too old`, {
      why: `it has version ${version}, ${OLDEST_VERSION} is needed`,
      fix,
    });
  }
  return { bucket, version: Number(version) };
}

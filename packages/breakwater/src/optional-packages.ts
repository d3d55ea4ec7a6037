import { CliError } from './errors.ts';

/** The package with the CDK constructs. @throws CliError that says how to install it. */
export async function loadCdk(): Promise<typeof import('@breakwater/cdk')> {
  return import('@breakwater/cdk').catch(explainMissing('@breakwater/cdk', 'aws-cdk-lib constructs'));
}

/** Security and correctness before deployment. */
export async function loadCdkCheck(): Promise<typeof import('@breakwater/cdk/check')> {
  return import('@breakwater/cdk/check').catch(explainMissing('@breakwater/cdk', 'aws-cdk-lib constructs'));
}

/** The generator of a CDK program. */
export async function loadCdkEject(): Promise<typeof import('@breakwater/cdk/eject')> {
  return import('@breakwater/cdk/eject').catch(explainMissing('@breakwater/cdk', 'aws-cdk-lib constructs'));
}

const PULUMI_PEERS = '@pulumi/pulumi @pulumi/aws';

/** What a Pulumi program of the system would register. */
export async function loadPulumiInspect(): Promise<typeof import('@breakwater/pulumi/inspect')> {
  return import('@breakwater/pulumi/inspect').catch(explainMissing('@breakwater/pulumi', PULUMI_PEERS));
}

/** The generator of a Pulumi program. */
export async function loadPulumiEject(): Promise<typeof import('@breakwater/pulumi/eject')> {
  return import('@breakwater/pulumi/eject').catch(explainMissing('@breakwater/pulumi', PULUMI_PEERS));
}

/** The package that talks to AWS. */
export async function loadAws(): Promise<typeof import('@breakwater/aws')> {
  // The SDK would say at each command that next year it will want a newer Node.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  return import('@breakwater/aws').catch(explainMissing('@breakwater/aws', ''));
}

/** Comparison of a live account with the plan. */
export async function loadVerify(): Promise<typeof import('@breakwater/aws/verify')> {
  return import('@breakwater/aws/verify').catch(explainMissing('@breakwater/aws', ''));
}

// Who only runs systems on one machine need not download the CDK and AWS's SDK, so these packages are optional.
function explainMissing(name: string, peers: string): (error: unknown) => never {
  return (error) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw error;
    throw new CliError(`This command needs ${name}`, {
      why: error.message.split(' imported from ')[0] ?? error.message,
      fix: `Install it with \`npm install --save-dev ${`${name} ${peers}`.trim()}\`.`,
    });
  };
}

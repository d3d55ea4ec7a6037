import { checkSecretValue, type Diagnostic, diagnostic, expectedSecrets, type Plan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** How the provider says that something is not there; whatever else it says is no finding about the definition. */
const ABSENT = /couldn't find resource|ResourceNotFoundException|empty result|no matching Route ?53/i;

/** What an answer of the provider says, null where there is nothing to answer about, undefined where it could not be asked. */
async function ask<T>(what: string, question: () => Promise<T>): Promise<T | null | undefined> {
  try {
    return await question();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (ABSENT.test(message)) return null;
    await pulumi.log.warn(`${what} could not be checked: ${message}`);
    return undefined;
  }
}

/**
 * What a definition takes for granted and the account does not have: existing secrets with the fields that are read from them, and the
 * hosted zone of the domain. Nothing is created, and the values of secrets go nowhere. What may not be read is a warning.
 *
 * `programOf` looks before it registers any resource of the system. A certificate given by its ARN cannot be looked up by
 * `@pulumi/aws`.
 *
 * @param options with the provider to ask
 *
 * @example
 * const missing = await checkAccount(plan, { provider });
 */
export async function checkAccount(
  plan: Plan,
  options: pulumi.InvokeOptions = {},
): Promise<readonly Diagnostic[]> {
  const secrets = expectedSecrets(plan).map(async (secret) => {
    const version = await ask(`The secret ${secret.name}`, () =>
      aws.secretsmanager.getSecretVersion({ secretId: secret.name }, options),
    );
    if (version === undefined) return [];
    return checkSecretValue(plan, secret, version === null ? null : version.secretString);
  });
  const zone = plan.loadBalancer?.domain?.hostedZone.replace(/\.$/, '') ?? null;
  const found =
    zone === null
      ? undefined
      : await ask(`The hosted zone ${zone}`, () => aws.route53.getZone({ name: zone }, options));
  return [
    ...(await Promise.all(secrets)).flat(),
    ...(zone !== null && found === null ? [diagnostic('BW1804', 'domain', { name: zone })] : []),
  ];
}

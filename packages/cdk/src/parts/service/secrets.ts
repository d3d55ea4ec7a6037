import { entry } from '@breakwater/plan';
import { Secret as InjectedSecret } from 'aws-cdk-lib/aws-ecs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { ServiceContext } from './context.ts';

/** The secrets that ECS reads when a task starts and gives to the container: only their ARNs are in the template. */
export function injectedSecrets(
  scope: Construct,
  { plan, data, service }: ServiceContext,
): Record<string, InjectedSecret> {
  const imported = new Map<string, ISecret>();
  const existing = (key: string, name: string) => {
    const secret = imported.get(key) ?? Secret.fromSecretNameV2(scope, `Secret/${key}`, name);
    imported.set(key, secret);
    return secret;
  };
  return Object.fromEntries(
    Object.entries(service.secrets).map(([variable, { secret: key, key: field }]) => {
      const planned = entry(plan.secrets, key, 'secret');
      const secret =
        planned.kind === 'existing' ? existing(key, planned.name) : entry(data.secrets, key, 'secret');
      return [variable, InjectedSecret.fromSecretsManager(secret, ...(field === null ? [] : [field]))];
    }),
  );
}

import type { Plan } from './plan/plan.ts';
import type { RegistryPlan } from './plan/service.ts';
import type { DatabasePlan, KeyPlan, SecretPlan } from './plan/stores.ts';

// What resources say that they are for, in the words of every target. Some have no name in the plan: they go by these words.

/** Description of a customer-managed key. */
export const keyLabel = ({ system, env }: Pick<Plan, 'system' | 'env'>, { key }: KeyPlan): string =>
  `Encrypts ${key === 'logs' ? 'the logs' : key} of ${system} in ${env}`;

/** Description of a generated secret. */
export const secretLabel = ({ system, env }: Pick<Plan, 'system' | 'env'>, { key }: SecretPlan): string =>
  `${key} of ${system} in ${env}`;

/** Description of the function that rotates a secret, and of its role. */
export const rotationLabel = ({ name }: Pick<SecretPlan, 'name'>): string => `Rotates the secret ${name}`;

/** Description of a database's subnet group. */
export const subnetGroupLabel = ({ name }: Pick<DatabasePlan, 'name'>): string => `Subnets of ${name}`;

/** Description of a database's parameter group. */
export const parameterGroupLabel = ({ name }: Pick<DatabasePlan, 'name'>): string => `Parameters of ${name}`;

/** Description of the rule that removes old images from a repository. */
export const keepImagesLabel = ({ keepImages }: Pick<RegistryPlan, 'keepImages'>): string =>
  `Keep the last ${keepImages} images`;

/** Description of the role that writes the VPC's flow logs. */
export const FLOW_LOGS_LABEL = 'Writes the flow logs of the VPC';

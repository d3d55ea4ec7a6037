import type { Rule } from '../rule.ts';
import { AVAILABILITY_RULES } from './availability.ts';
import { DEPLOYMENT_RULES } from './deployments.ts';
import { ENCRYPTION_RULES } from './encryption.ts';
import { ENTRY_RULES } from './entry.ts';
import { LOG_RULES } from './logs.ts';
import { METRIC_RULES } from './metrics.ts';
import { NAME_RULES_OF_TEMPLATES } from './names.ts';
import { NETWORK_RULES } from './network.ts';
import { OPERATION_RULES } from './operations.ts';
import { PERMISSION_RULES } from './permissions.ts';
import { PROTECTION_RULES } from './protection.ts';
import { QUOTA_RULES } from './quotas.ts';
import { SECRET_RULES } from './secrets.ts';

/** All rules of our own. */
export const RULES: readonly Rule[] = [
  ...ENTRY_RULES,
  ...NETWORK_RULES,
  ...PERMISSION_RULES,
  ...SECRET_RULES,
  ...ENCRYPTION_RULES,
  ...LOG_RULES,
  ...METRIC_RULES,
  ...DEPLOYMENT_RULES,
  ...AVAILABILITY_RULES,
  ...PROTECTION_RULES,
  ...QUOTA_RULES,
  ...NAME_RULES_OF_TEMPLATES,
  ...OPERATION_RULES,
];

import { ENVIRONMENT_SUFFIX } from './data/names.ts';

/** Whether a text can be the suffix of an environment. */
export function isEnvironmentSuffix(text: string): boolean {
  return ENVIRONMENT_SUFFIX.pattern.test(text);
}

/** The rule for suffixes in words. */
export const environmentSuffixRule: string = ENVIRONMENT_SUFFIX.rule;

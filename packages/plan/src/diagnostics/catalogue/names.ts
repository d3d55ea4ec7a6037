import type { DiagnosticEntry } from './entry.ts';

/** Names and references: BW11xx. */
export const NAMES = {
  BW1101: {
    severity: 'error',
    title: 'Bad environment suffix',
    message: '{actual} cannot be an environment: it stands in every name.',
    cause: 'The suffix is part of names whose rules differ; this rule suits them all.',
    fix: 'Use {rule}. For example dev, pr42 or prod.',
  },
  BW1102: {
    severity: 'error',
    title: 'Unknown store',
    message: "There is no store named '{name}'. {known}",
    cause: 'A service can use only the stores of its own system.',
    fix: "{suggestion}Add it under 'stores', or take it out of 'uses'.",
  },
  BW1103: {
    severity: 'error',
    title: 'Unknown service',
    message: "There is no service named '{name}'. {known}",
    cause: 'A service can call only the services of its own system by name.',
    fix: "{suggestion}Add it under 'services', or take it out of 'calls'.",
  },
  BW1104: {
    severity: 'error',
    title: 'Two resources with one name',
    message: "{kind} '{name}' is the name of {first} too.",
    cause: 'Names are unique within their kind in an account and Region.',
    fix: 'Give one of them another name.',
  },
  BW1105: {
    severity: 'error',
    title: 'Name against the rule',
    message: "'{name}' cannot be the name of a {kind}.",
    cause: 'Each AWS service has its own rule for names, and deployment would fail late.',
    fix: 'Use {minimum} to {maximum} characters: {rule}.',
  },
  BW1106: {
    severity: 'error',
    title: 'Name without the environment',
    message: "The name '{name}' is the same in every environment.",
    cause:
      'Any number of environments live side by side in one account, so every name of what the stack creates carries the suffix.',
    fix: "Put {env} into it, for example '{name}-{env}'.",
  },
  BW1107: {
    severity: 'error',
    title: 'Unknown placeholder',
    message: "'{placeholder}' stands for nothing.",
    cause: 'Placeholders that nobody fills in would end up in a name.',
    fix: 'Use {known}.',
  },
  BW1108: {
    severity: 'error',
    title: 'Reserved tag',
    message: "'{key}' cannot be a tag.",
    cause:
      'AWS keeps tags that begin with aws: for itself; keys hold 128 characters, values 256, a resource 50 tags.',
    fix: 'Use another key or a shorter value.',
  },
  BW1109: {
    severity: 'error',
    title: 'Bad account',
    message: '{actual} is not an AWS account.',
    cause: 'Account ids have twelve digits.',
    fix: 'Give twelve digits, for example 123456789012.',
  },
  BW1110: {
    severity: 'error',
    title: 'No service',
    message: 'The system has no service.',
    cause: 'There would be nothing to run.',
    fix: "Add one under 'services': { web: { image: './web' } }.",
  },
} as const satisfies Record<string, DiagnosticEntry>;

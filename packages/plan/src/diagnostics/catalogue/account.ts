import type { DiagnosticEntry } from './entry.ts';

/** What a definition takes for granted and the account does not have. Only whoever deploys can look: every target does so first. */
export const ACCOUNT = {
  BW1801: {
    severity: 'error',
    title: 'Secret that is not there',
    message: 'There is no secret {name}.',
    cause: 'The definition says that it exists already, and tasks do not start without it.',
    fix: "Create it: aws secretsmanager create-secret --name {name} --secret-string '{example}'",
  },
  BW1802: {
    severity: 'error',
    title: 'Secret that is not JSON',
    message: 'The secret {name} is not JSON.',
    cause: 'The definition reads fields from it.',
    fix: 'Give it a value such as {example}.',
  },
  BW1803: {
    severity: 'error',
    title: 'Secret without a field that is read',
    message: 'The secret {name} lacks {missing}.',
    cause: 'Tasks that ask for a field that is not there do not start.',
    fix: 'Add what is missing to its value, or correct `fields` in the definition.',
  },
  BW1804: {
    severity: 'error',
    title: 'Hosted zone that is not there',
    message: 'Route 53 has no hosted zone {name}.',
    cause: "The domain's record is written there.",
    fix: 'Create the zone and point the domain to its name servers, or correct `hostedZone` in the definition.',
  },
} as const satisfies Record<string, DiagnosticEntry>;

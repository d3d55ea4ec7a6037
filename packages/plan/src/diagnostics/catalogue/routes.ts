import type { DiagnosticEntry } from './entry.ts';

/** Routes: BW14xx. */
export const ROUTES = {
  BW1401: {
    severity: 'error',
    title: 'Path given twice',
    message: "'{route}' belongs to service {other} already.",
    cause: 'The first rule that matches takes the request; the second would never be reached.',
    fix: 'Give every path to one service.',
  },
  BW1402: {
    severity: 'error',
    title: 'Rule that is never reached',
    message: "'{route}' is never reached: '{wider}' of {other} takes every request first.",
    cause: 'Rules are tried in order, and the wider one has to come first here.',
    fix: 'Make one of the patterns narrower.',
  },
  BW1403: {
    severity: 'info',
    title: 'Pattern without its root',
    message: "'{route}' does not match '{root}'.",
    cause: 'The asterisk stands after the slash, so the path without it goes to the default answer.',
    fix: "Add '{root}' if it should be served.",
  },
  BW1404: {
    severity: 'error',
    title: 'Too many rules',
    message: 'The load balancer would have {count} rules.',
    cause: 'A load balancer holds {maximum} rules.',
    fix: 'Use wider patterns.',
  },
  BW1405: {
    severity: 'error',
    title: 'Routes that ECS cannot move',
    message:
      'The routes of {service} need {count} listener rules, but with {strategy} there can be only one.',
    cause:
      'ECS moves the traffic of one rule; the others would keep sending theirs to the old version. A rule holds {paths} paths with {wildcards} wildcards, and a path of another service that has to be tried between two of them divides it.',
    fix: "Use fewer or wider routes that no other service's come between, or the rolling strategy.",
  },
  BW1406: {
    severity: 'error',
    title: 'Certificate of another Region',
    message: 'The certificate is of {actual}, the load balancer stands in {region}.',
    cause: 'A load balancer takes certificates of its own Region only.',
    fix: 'Give the ARN of a certificate of {region}, or leave it out: one is then requested for the domain.',
  },
} as const satisfies Record<string, DiagnosticEntry>;

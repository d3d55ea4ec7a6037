import type { DiagnosticEntry } from './entry.ts';

/** What Pulumi cannot deploy of a plan: it says so before it registers anything. */
export const PULUMI = {
  BW1701: {
    severity: 'error',
    title: 'High-resolution scaling not deployed by Pulumi',
    message: '{service} scales by metrics of every 20 seconds ({metrics}), which Pulumi cannot switch on.',
    cause:
      'ECS publishes them for a service with the setting `monitoring`, which `aws.ecs.Service` of @pulumi/aws 7.48 does not have (hashicorp/terraform-provider-aws#48669); the policy would wait for data that never come.',
    fix: "Leave 'resolution' out, which scales by the metrics of every minute, or deploy the system with the CDK.",
  },
} as const satisfies Record<string, DiagnosticEntry>;

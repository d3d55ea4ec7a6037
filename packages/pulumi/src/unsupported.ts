import type { Plan } from '@breakwater/plan';
import * as pulumi from '@pulumi/pulumi';

/**
 * Refuses what Pulumi's provider cannot do, before anything is registered.
 *
 * Metrics every 20 seconds need the setting `monitoring` of an ECS service, which `aws.ecs.Service` of @pulumi/aws 7.48 does not have;
 * a scaling policy on them would wait for data that never come.
 *
 * @throws RunError that says what it is and what to do
 */
export function refuseUnsupported(plan: Plan): void {
  const fine = Object.values(plan.services).filter(({ scaling }) =>
    scaling?.policies.some(({ resolutionSeconds }) => resolutionSeconds === 20),
  );
  if (fine.length === 0) return;
  throw new pulumi.RunError(
    `Pulumi cannot deploy high-resolution scaling (${fine.map(({ key }) => key).join(', ')}): aws.ecs.Service has no setting for ` +
      'metrics every 20 seconds. Scale by the metrics of every minute, or deploy the system with the CDK.',
  );
}

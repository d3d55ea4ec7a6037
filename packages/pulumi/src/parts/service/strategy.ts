import type { DeploymentPlan } from '@breakwater/plan';
import type * as aws from '@pulumi/aws';

/** ECS's own strategy, with its steps and bake times. Pulumi takes minutes as text. */
export function strategyArgs({
  strategy,
}: DeploymentPlan): aws.types.input.ecs.ServiceDeploymentConfiguration {
  switch (strategy.kind) {
    case 'rolling':
      return { strategy: 'ROLLING' };
    case 'blue-green':
      return { strategy: 'BLUE_GREEN', bakeTimeInMinutes: String(strategy.bakeMinutes) };
    case 'canary':
      return {
        strategy: 'CANARY',
        bakeTimeInMinutes: String(strategy.bakeMinutes),
        canaryConfiguration: {
          canaryPercent: strategy.percent,
          canaryBakeTimeInMinutes: String(strategy.canaryBakeMinutes),
        },
      };
    case 'linear':
      return {
        strategy: 'LINEAR',
        bakeTimeInMinutes: String(strategy.bakeMinutes),
        linearConfiguration: {
          stepPercent: strategy.stepPercent,
          stepBakeTimeInMinutes: String(strategy.stepBakeMinutes),
        },
      };
  }
}

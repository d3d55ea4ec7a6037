import type { DeploymentPlan } from '@breakwater/plan';
import { Duration } from 'aws-cdk-lib';
import { DeploymentStrategy, type FargateServiceProps } from 'aws-cdk-lib/aws-ecs';

type StrategyProps = Pick<
  FargateServiceProps,
  'deploymentStrategy' | 'bakeTime' | 'canaryConfiguration' | 'linearConfiguration'
>;

/** ECS's own strategy, with its steps and bake times. */
export function strategyProps({ strategy }: DeploymentPlan): StrategyProps {
  switch (strategy.kind) {
    case 'rolling':
      return { deploymentStrategy: DeploymentStrategy.ROLLING };
    case 'blue-green':
      return {
        deploymentStrategy: DeploymentStrategy.BLUE_GREEN,
        bakeTime: Duration.minutes(strategy.bakeMinutes),
      };
    case 'canary':
      return {
        deploymentStrategy: DeploymentStrategy.CANARY,
        bakeTime: Duration.minutes(strategy.bakeMinutes),
        canaryConfiguration: {
          stepPercent: strategy.percent,
          stepBakeTime: Duration.minutes(strategy.canaryBakeMinutes),
        },
      };
    case 'linear':
      return {
        deploymentStrategy: DeploymentStrategy.LINEAR,
        bakeTime: Duration.minutes(strategy.bakeMinutes),
        linearConfiguration: {
          stepPercent: strategy.stepPercent,
          stepBakeTime: Duration.minutes(strategy.stepBakeMinutes),
        },
      };
  }
}

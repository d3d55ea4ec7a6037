import { entry, type OutputPlan, type Plan, type StackPart } from '@breakwater/plan';
import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { lowerValue, type ReferenceSources } from './references.ts';

/** The stack that has what an output tells. */
export function partOfOutput(plan: Plan, { value }: OutputPlan): StackPart {
  switch (value.kind) {
    case 'literal':
    case 'network':
    case 'cluster':
    case 'load-balancer':
      return 'foundation';
    case 'bucket':
      return entry(plan.buckets, value.bucket, 'bucket').purpose === 'access-logs' ? 'foundation' : 'data';
    case 'database':
    case 'table':
    case 'secret':
      return 'data';
    case 'registry':
      return 'registries';
    case 'service':
      return `service/${value.service}`;
    case 'dashboard':
      return 'dashboard';
  }
}

/**
 * Adds the plan's outputs that belong to one part, under exactly the plan's keys: those are the keys of
 * `cfn-outputs/flat-outputs.json` too.
 */
export function addOutputs(scope: Construct, plan: Plan, part: StackPart, sources: ReferenceSources): void {
  for (const output of plan.outputs) {
    if (partOfOutput(plan, output) !== part) continue;
    const { key, description, value } = output;
    const resource = new CfnOutput(scope, `output-${key}`, {
      description,
      value: lowerValue(value, sources),
    });
    resource.overrideLogicalId(key);
  }
}

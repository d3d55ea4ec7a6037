import type { Plan } from '@breakwater/plan';
import {
  type ConformanceTarget,
  type Definitions,
  pulumiCallAnswer,
  pulumiResourceAnswer,
  readPulumi,
} from '@breakwater/testkit';
import catalog from '../../../systems/catalog/breakwater.config.ts';
import payments from '../../../systems/payments/breakwater.config.ts';
import shop from '../../../systems/shop/breakwater.config.ts';
import storefront from '../../../systems/storefront/breakwater.config.ts';
import { System } from '../src/index.ts';
import { type Answers, type Inspection, inspect } from '../src/inspect/index.ts';

export const definitions: Definitions = { catalog, shop, payments, storefront };

/** AWS's part, in the words of the conformance suite. */
export function answersFor(place: Parameters<typeof pulumiCallAnswer>[2]): Answers {
  return {
    resource: (created) => pulumiResourceAnswer(created, place),
    call: (token, args) => pulumiCallAnswer(token, args, place),
  };
}

/** What a component registers for a plan. */
export function inspectPlan(plan: Plan): Promise<Inspection> {
  return inspect(async () => new System(plan.system, { plan }).outputs, {
    project: plan.system,
    stack: plan.env,
    answers: answersFor(plan),
  });
}

export const pulumi: ConformanceTarget = {
  name: 'Pulumi',
  unread: {
    'AWS::Lambda::Function': 'rotates secrets; its role, tags and logs are read',
    'AWS::Lambda::Permission': 'lets Secrets Manager call the function that rotates',
  },
  read: async (plan) => {
    const { registrations, outputs } = await inspectPlan(plan);
    return readPulumi(registrations, { outputs, region: plan.region, account: plan.account });
  },
};

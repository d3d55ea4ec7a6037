import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '@breakwater/plan';
import {
  type ConformanceTarget,
  type Definitions,
  readCloudFormation,
  type StackTemplate,
} from '@breakwater/testkit';
import catalog from '../../../systems/catalog/breakwater.config.ts';
import payments from '../../../systems/payments/breakwater.config.ts';
import shop from '../../../systems/shop/breakwater.config.ts';
import storefront from '../../../systems/storefront/breakwater.config.ts';
import { createApp, createStacks } from '../src/index.ts';

export const definitions: Definitions = { catalog, shop, payments, storefront };

/** The templates of all stacks that CDK makes of a plan. CDK's own validation of them takes most of the time. */
export function templatesOf(plan: Plan, { validated = true } = {}): readonly StackTemplate[] {
  const outdir = mkdtempSync(join(tmpdir(), 'breakwater-conformance-'));
  try {
    const app = createApp({
      outdir,
      context: { '@aws-cdk/core:validateAgainstDefaultRules': validated },
    });
    createStacks(app, { plan });
    return app.synth().stacks.map(({ stackName, template }) => ({ stackName, template }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export const cdk: ConformanceTarget = {
  name: 'CDK',
  unread: {
    'AWS::Lambda::Function': 'empties buckets and rotates secrets; its role, tags and logs are read',
    'AWS::Lambda::Permission': 'lets Secrets Manager call the function that rotates',
  },
  read: async (plan) => readCloudFormation(templatesOf(plan), { region: plan.region, account: plan.account }),
};

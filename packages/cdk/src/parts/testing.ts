import { type Definition, formatDiagnostics, type Plan, resolve } from '@breakwater/plan';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createApp } from '../app.ts';
import { applyTransform, type Transform } from '../transform.ts';
import { DataPart } from './data/data-part.ts';
import { FoundationPart } from './foundation/foundation-part.ts';
import { RegistriesPart } from './registries.ts';

/** The plan of a definition; fails with all findings when there is none. */
export function planOf(definition: unknown, env = 'dev', account?: string): Plan {
  const { plan, diagnostics } = resolve(definition as Definition, {
    env,
    ...(account === undefined ? {} : { account }),
  });
  if (plan === null) throw new Error(formatDiagnostics(diagnostics));
  return plan;
}

/**
 * The parts before the services, each in a stack of its own, as the command line has them. CDK's own validation costs
 * a second, so only those who ask for it have it.
 */
export function partsOf(plan: Plan, transform: Transform = {}, { validated = false } = {}) {
  const app = createApp({ context: { '@aws-cdk/core:validateAgainstDefaultRules': validated } });
  const env = { region: plan.region, ...(plan.account === null ? {} : { account: plan.account }) };
  const stack = (part: string) =>
    new Stack(app, part, { env, stackName: `${plan.system}-${plan.env}-${part}` });
  const apply = applyTransform(transform);
  const registriesStack = stack('registries');
  const foundationStack = stack('foundation');
  const dataStack = stack('data');
  const registries = new RegistriesPart(registriesStack, 'registries', { plan, transform: apply });
  const foundation = new FoundationPart(foundationStack, 'foundation', { plan, transform: apply });
  const data = new DataPart(dataStack, 'data', { plan, transform: apply, foundation });
  return {
    app,
    registries,
    foundation,
    data,
    template: (part: 'registries' | 'foundation' | 'data') =>
      Template.fromStack({ registries: registriesStack, foundation: foundationStack, data: dataStack }[part]),
  };
}

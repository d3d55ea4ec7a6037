import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { formatDiagnostics, type Plan, resolve } from '@breakwater/plan';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import catalog from '../../../../../systems/catalog/breakwater.config.ts';
import payments from '../../../../../systems/payments/breakwater.config.ts';
import shop from '../../../../../systems/shop/breakwater.config.ts';
import storefront from '../../../../../systems/storefront/breakwater.config.ts';
import { applyTransform, type Transform } from '../../transform.ts';
import { DashboardPart } from '../dashboard.ts';
import { DataPart } from '../data/data-part.ts';
import { FoundationPart } from '../foundation/foundation-part.ts';
import { RegistriesPart } from '../registries.ts';
import { ServicePart } from './service-part.ts';

export const systems = { catalog, payments, shop, storefront } as const;

/** Every system in every environment that its definition distinguishes. */
export const environments = [
  ['catalog', 'dev'],
  ['catalog', 'prod'],
  ['payments', 'dev'],
  ['payments', 'prod'],
  ['shop', 'dev'],
  ['storefront', 'dev'],
] as const;

/** The plan of a definition; fails with all findings when there is none. */
export function planOf(definition: unknown, env = 'dev'): Plan {
  const { plan, diagnostics } = resolve(definition, { env });
  if (plan === null) throw new Error(formatDiagnostics(diagnostics));
  return plan;
}

/** A system of one service, `api`, with what a test is about; it stays valid whatever a definition's types say. */
export function planOfService(service: object, system: object = {}): Plan {
  return planOf({
    name: 'web',
    region: 'eu-west-1',
    defaults: '2026-11',
    ...system,
    services: { api: { image: './api', routes: ['/*'], ...service } },
  });
}

/** What a test asks of a system's stacks. */
export interface Built {
  readonly app: App;
  readonly parts: Readonly<Record<string, ServicePart>>;
  readonly dashboard: DashboardPart;
  readonly stacks: Readonly<Record<string, Stack>>;
  /** Template of a stack by its key in the plan; synthesises all of them at the first call. */
  readonly template: (stack: string) => Template;
}

export interface BuildOptions {
  readonly transform?: Transform;
  readonly image?: string | null;
  readonly outdir?: string;
  /** Let CDK check the templates against CloudFormation's schemas and rules, which takes most of the time. @default false */
  readonly validate?: boolean;
  /** Feature flags of the app. @default those that CDK recommends for new apps */
  readonly flags?: Readonly<Record<string, unknown>>;
}

const recommendedFlags: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8'),
);

/** The parts of a system in their stacks. */
export function build(
  plan: Plan,
  { transform = {}, image = null, outdir, validate = false, flags = recommendedFlags }: BuildOptions = {},
): Built {
  const app = new App({
    context: { ...flags, '@aws-cdk/core:defaultCrossStackReferences': 'weak' },
    ...(outdir !== undefined && { outdir }),
    analyticsReporting: false,
    builtinCloudFormationValidation: validate,
  });
  const stacks: Record<string, Stack> = {};
  const stackOf = (key: string) => {
    const planned = plan.stacks.find((stack) => stack.key === key);
    if (planned === undefined) throw new Error(`no stack ${key}`);
    const stack = new Stack(app, planned.name, {
      env: { region: plan.region },
      description: planned.description,
    });
    stacks[key] = stack;
    return stack;
  };
  const props = { plan, transform: applyTransform(transform) };
  const registries = plan.stacks.some(({ key }) => key === 'registries')
    ? new RegistriesPart(stackOf('registries'), 'Registries', props)
    : { repositories: {} };
  const foundation = new FoundationPart(stackOf('foundation'), 'Foundation', props);
  const data = plan.stacks.some(({ key }) => key === 'data')
    ? new DataPart(stackOf('data'), 'Data', { ...props, foundation })
    : { databases: {}, logGroups: {}, tables: {}, buckets: {}, secrets: {} };
  const parts: Record<string, ServicePart> = {};
  for (const key of Object.keys(plan.services))
    parts[key] = new ServicePart(stackOf(`service/${key}`), 'Service', {
      ...props,
      key,
      foundation,
      data,
      registries,
      image,
    });
  const dashboard = new DashboardPart(
    plan.dashboard === null ? new Stack(app, 'none') : stackOf('dashboard'),
    'Dashboard',
    { ...props, foundation, services: parts },
  );
  return {
    app,
    parts,
    dashboard,
    stacks,
    template: (key) => {
      const stack = stacks[key];
      if (stack === undefined) throw new Error(`no stack ${key}`);
      return Template.fromStack(stack);
    },
  };
}

/** Everything that CDK and its validation of templates have to say about the stacks. */
export function findingsOf({ app }: Built): readonly unknown[] {
  const assembly = app.synth();
  const messages = assembly.stacks.flatMap((stack) => stack.messages.map(({ entry }) => entry.data));
  const report: { readonly pluginReports: readonly { readonly violations: readonly unknown[] }[] } =
    JSON.parse(readFileSync(join(assembly.directory, 'validation-report.json'), 'utf8'));
  if (report.pluginReports.length === 0) throw new Error('nothing was validated');
  return [...messages, ...report.pluginReports.flatMap(({ violations }) => violations)];
}

/** A resource of a template as plain data. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

/** The resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): Readonly<Record<string, Resource>> {
  // `findResources` gives the template's own JSON, whose shape is this one.
  return template.findResources(type) as Readonly<Record<string, Resource>>;
}

/** The only resource of a type. */
export function only(template: Template, type: string): Resource {
  const found = Object.values(resourcesOf(template, type));
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} resources of ${type}`);
  return first;
}

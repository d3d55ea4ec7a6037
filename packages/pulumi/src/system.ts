import { type Diagnostic, formatDiagnostics, mapEntries, type Plan, resolve } from '@breakwater/plan';
import * as pulumi from '@pulumi/pulumi';
import { DashboardPart } from './parts/dashboard.ts';
import { DataPart } from './parts/data/data-part.ts';
import { FoundationPart } from './parts/foundation/foundation-part.ts';
import { RegistriesPart } from './parts/registries.ts';
import { ServicePart } from './parts/service/service-part.ts';
import { placeOf } from './place.ts';
import { providerFor } from './provider.ts';
import { lowerValue } from './references.ts';
import type { Scope } from './scope.ts';
import { applyTransform, type Transform } from './transform.ts';
import { checkForPulumi } from './unsupported.ts';

/** What a system is made from, beside its plan or definition. */
export interface SystemOptions {
  /**
   * Images by service, as `<repository uri>@sha256:…`: exactly those run, whatever becomes of a tag.
   * A service that is not in it runs the tag of its plan.
   */
  readonly images?: Readonly<Record<string, string>>;
  /** Changes what resources are created with. */
  readonly transform?: Transform;
}

/** A system from a plan: the result of `resolve(definition, { env })`. */
export interface SystemOfPlan extends SystemOptions {
  readonly plan: Plan;
}

/** A system from a definition, resolved for an environment. */
export interface SystemOfDefinition extends SystemOptions {
  /** From `defineSystem` of `breakwater` or `@breakwater/plan`. */
  readonly definition: unknown;
  /** Suffix of the environment, `dev`, `pr42`. */
  readonly env: string;
  /** @default the definition's own */
  readonly region?: string;
  /** Twelve digits; what is named for all of AWS, such as buckets, is named with it. */
  readonly account?: string;
}

/** What a system is made from: a plan, or a definition that is resolved on the way. */
export type SystemArgs = SystemOfPlan | SystemOfDefinition;

/** The end of a program that has findings: Pulumi shows the message without the stack that led to it. */
export const refused = (diagnostics: readonly Diagnostic[]) =>
  new pulumi.RunError(formatDiagnostics(diagnostics).trimEnd());

/**
 * The plan of a system's arguments; warnings go to Pulumi's log.
 * @throws RunError with every finding when the definition has mistakes, or something that Pulumi cannot deploy: before anything is registered
 */
export function planOf(args: SystemArgs): Plan {
  if ('plan' in args) {
    const found = checkForPulumi(args.plan);
    if (found.some(({ severity }) => severity === 'error')) throw refused(found);
    return args.plan;
  }
  const { definition, env, region, account } = args;
  const { plan, diagnostics } = resolve(definition, {
    env,
    checks: [checkForPulumi],
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { account }),
  });
  if (plan === null) throw refused(diagnostics);
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
  if (warnings.length > 0) void pulumi.log.warn(formatDiagnostics(warnings).trimEnd());
  return plan;
}

/**
 * A system as a component: everything that the plan says, below one parent. Every resource can be reached:
 * `system.services.api.service` is an `aws.ecs.Service`, `system.foundation.vpc` an `aws.ec2.Vpc`.
 *
 * The region is the plan's: without a provider in the options the component makes its own for it, with the settings that the stack
 * has for `aws:`.
 *
 * @example
 * const shop = new System('shop', { definition, env: 'dev' });
 * export const url = shop.outputs.LoadBalancerUrl;
 */
export class System extends pulumi.ComponentResource {
  readonly plan: Plan;
  readonly registries: RegistriesPart;
  readonly foundation: FoundationPart;
  readonly data: DataPart;
  /** By the service's key in the definition. */
  readonly services: Readonly<Record<string, ServicePart>>;
  /** Its resource is null when the definition wants none. */
  readonly dashboard: DashboardPart;
  /** The plan's outputs, under exactly its keys: those are the keys of `cfn-outputs/flat-outputs.json` too. */
  readonly outputs: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: SystemArgs, options: pulumi.ComponentResourceOptions = {}) {
    const plan = planOf(args);
    super('breakwater:index:System', name, {}, { ...options, ...providerFor(name, plan, options) });
    const { images = {}, transform = {} } = args;
    const scope: Scope = {
      plan,
      place: placeOf(plan, this),
      transform: applyTransform(transform),
      system: name,
      parent: this,
    };
    this.plan = plan;
    this.registries = new RegistriesPart(scope);
    this.foundation = new FoundationPart(scope);
    this.data = new DataPart(scope, this.foundation);
    const { registries, foundation, data } = this;
    this.services = mapEntries(
      plan.services,
      (_, key) => new ServicePart(scope, { key, registries, foundation, data, image: images[key] ?? null }),
    );
    this.dashboard = new DashboardPart(scope, {
      loadBalancer: foundation.loadBalancer,
      services: this.services,
    });
    const sources = { scope, registries, foundation, data };
    this.outputs = Object.fromEntries(
      plan.outputs.map(({ key, value }) => [key, pulumi.output(lowerValue(value, sources))]),
    );
    this.registerOutputs({ ...this.outputs });
  }
}

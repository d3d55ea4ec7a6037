import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '@breakwater/plan';
import {
  CfnResource,
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  type PolicyValidationPluginReport,
  Stack,
  Validations,
} from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { createApp } from '../app.ts';
import { createStacks, type SystemStacks } from '../system-stacks.ts';
import type { Transform } from '../transform.ts';
import type { Template } from './checked-system.ts';
import { at } from './json.ts';
import { NAMED } from './rules/names.ts';

/** Where a judge's rule is broken. */
export interface Violation {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly what: string;
  readonly fix: string | null;
  /** Path of the construct; the stack's name where the judge says no more. */
  readonly path: string;
  /** Its CloudFormation type, empty where it is unknown. */
  readonly type: string;
  /** The name that the plan gives it; null for what has none. */
  readonly name: string | null;
}

/** A system's templates, and what the judges that come with the CDK say about them. */
export interface Synthesized {
  readonly templates: readonly Template[];
  readonly nag: readonly Violation[];
  readonly validation: readonly Violation[];
}

const PASSED: PolicyValidationPluginReport = { success: true, violations: [] };

/** Runs cdk-nag and keeps its report: a violation that is acknowledged later must not fail the synthesis. */
class NagReport implements IPolicyValidationPlugin {
  readonly name = 'cdk-nag, reported';
  report = PASSED;

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    this.report = new AwsSolutionsChecks().validate(context);
    return PASSED;
  }
}

/** Runs the CDK's own validation once, and keeps its report. Only one plugin of its class may be there. */
class ValidationReport extends CloudFormationValidatePlugin {
  report = PASSED;

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    this.report = super.validate(context);
    return PASSED;
  }
}

interface Place {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
}

/** Construct paths of all resources by stack and logical id, and the other way round. */
function resourcesBelow(root: IConstruct) {
  const paths = new Map<string, Record<string, string>>();
  const places = new Map<string, Place>();
  for (const node of root.node.findAll()) {
    if (!CfnResource.isCfnResource(node)) continue;
    const stack = Stack.of(node).stackName;
    const logicalId = String(Stack.of(node).resolve(node.logicalId));
    const ofStack = paths.get(stack) ?? {};
    ofStack[logicalId] = node.node.path;
    paths.set(stack, ofStack);
    places.set(node.node.path, { stack, logicalId, type: node.cfnResourceType });
  }
  return { paths, places };
}

/** The name that a template asks for, so that acknowledgements need not know how constructs are called. */
function nameOf(place: Place | undefined, templates: readonly Template[]): string | null {
  const property = NAMED.find(([type]) => type === place?.type)?.[1];
  if (place === undefined || property === undefined) return null;
  const template = templates.find(({ stack }) => stack === place.stack)?.template;
  const name = at(template, 'Resources', place.logicalId, 'Properties', property);
  return typeof name === 'string' ? name : null;
}

function violationsOf(
  { violations }: PolicyValidationPluginReport,
  { paths, places }: ReturnType<typeof resourcesBelow>,
  templates: readonly Template[],
): readonly Violation[] {
  return violations.flatMap(({ ruleName, description, severity, fix, violatingResources }) =>
    violatingResources.map(({ constructPath, resourceLogicalId, templatePath }) => {
      const stack = templatePath?.replace(/^.*[/\\]|\.template\.json$/g, '') ?? '';
      const path = constructPath ?? paths.get(stack)?.[resourceLogicalId ?? ''] ?? stack;
      const level = severity === 'fatal' || severity === 'error' ? 'error' : severity;
      return {
        rule: ruleName,
        severity: level === 'error' || level === 'info' ? level : 'warning',
        what: description,
        fix: fix ?? null,
        path,
        type: places.get(path)?.type ?? '',
        name: nameOf(places.get(path), templates),
      };
    }),
  );
}

/** Synthesises a plan into a folder that is removed again, with the judges looking on; `transform` and `created` as for `synthesize`. */
export function synthesizeAndJudge(
  plan: Plan,
  transform: Transform = {},
  created: (system: SystemStacks) => void = () => {},
): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'breakwater-check-'));
  try {
    const app = createApp({ outdir });
    const nag = new NagReport();
    const validation = new ValidationReport();
    Validations.of(app).addPlugins(nag, validation);
    created(createStacks(app, { plan, transform }));
    const assembly = app.synth();
    const resources = resourcesBelow(app);
    const templates = assembly.stacks.map(({ stackName, template }) => ({
      stack: stackName,
      template: template as unknown, // whatever it is: the rules believe nothing about it
      paths: resources.paths.get(stackName) ?? {},
    }));
    return {
      templates,
      nag: violationsOf(nag.report, resources, templates),
      validation: violationsOf(validation.report, resources, templates),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

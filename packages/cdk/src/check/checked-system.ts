import { definitionPathOf, type Plan } from '@breakwater/plan';
import { fields } from './json.ts';

/** A synthesised template. */
export interface Template {
  /** The stack's name. */
  readonly stack: string;
  readonly template: unknown;
  /** Construct paths by logical id, where they are known. */
  readonly paths?: Readonly<Record<string, string>>;
}

/** A resource of a template. */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  /** Path of its construct, or stack and logical id where that is unknown. */
  readonly path: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string | null;
}

/** What the rules look at. */
export interface CheckedSystem {
  readonly plan: Plan;
  readonly templates: readonly Template[];
  readonly resources: readonly Resource[];
  /** Resources of a CloudFormation type. */
  readonly of: (type: string) => readonly Resource[];
  /** Where in the definition a value of the plan was written, or could be. */
  readonly place: (path: string) => string;
}

function resourcesOf({ stack, template, paths = {} }: Template): readonly Resource[] {
  return Object.entries(fields(fields(template)['Resources'])).map(([logicalId, resource]) => {
    const { Type: type, Properties: properties, DeletionPolicy: deletion } = fields(resource);
    return {
      stack,
      logicalId,
      path: paths[logicalId] ?? `${stack}/${logicalId}`,
      type: typeof type === 'string' ? type : '',
      properties: fields(properties),
      deletionPolicy: typeof deletion === 'string' ? deletion : null,
    };
  });
}

/** A plan and its templates, ready for the rules. */
export function checkedSystem(plan: Plan, templates: readonly Template[]): CheckedSystem {
  const resources = templates.flatMap(resourcesOf);
  return {
    plan,
    templates,
    resources,
    of: (type) => resources.filter((each) => each.type === type),
    place: (path) => definitionPathOf(plan, path),
  };
}

import { type CfnResource, type IResolvable, type Stack, Token, Tokenization } from 'aws-cdk-lib';
import type { TemplateResource } from './assembly.ts';
import { attributeOf, intrinsic, isJsonObject, type Json, type JsonObject } from './json.ts';

/** A property that the typed construct does not take as the template has it; undefined deletes it. */
export interface Override {
  readonly path: string;
  readonly value: Json | undefined;
}

/** What a resource is written as. */
export interface TypedResource {
  /** Module of aws-cdk-lib, `aws-ec2`, and its class, `CfnVPC`; null where aws-cdk-lib knows no such type. */
  readonly construct: { readonly module: string; readonly className: string } | null;
  /** Properties as the construct takes them; intrinsic functions are tokens that `intrinsicOf` reads. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly overrides: readonly Override[];
  /** The construct's property for each attribute: `Arn` → `attrArn`, with the type it has in TypeScript. */
  readonly attributes: ReadonlyMap<string, { readonly property: string; readonly type: string }>;
}

/** An intrinsic function of the template, as it passes through the typed construct. */
class TemplateToken implements IResolvable {
  readonly json: Json;
  readonly creationStack: string[] = [];
  constructor(json: Json) {
    this.json = json;
  }
  resolve(): Json {
    return this.json;
  }
  toString(): string {
    return Token.asString(this);
  }
}

/** How typed constructs are made from a template; aws-cdk-lib's own template parser uses it. */
interface FromTemplate {
  readonly CFN_RESOURCE_TYPE_NAME: string;
  readonly _fromCloudFormation: (
    scope: Stack,
    id: string,
    attributes: unknown,
    options: {
      readonly parser: {
        readonly parseValue: (value: Json | undefined) => unknown;
        readonly handleAttributes: () => void;
      };
    },
  ) => CfnResource;
}

/**
 * Reads a resource through the typed construct of its type, so that names, nesting and types of its properties are
 * exactly those of aws-cdk-lib. The construct is created in `scratch`, a stack that is thrown away.
 */
export async function typeResource(
  scratch: Stack,
  id: string,
  resource: TemplateResource,
): Promise<TypedResource> {
  const found = await findClass(resource.Type);
  if (found === null) return untyped(resource);
  try {
    const instance = found.type._fromCloudFormation(scratch, id, resource, {
      parser: { parseValue: withTokens, handleAttributes: () => {} },
    });
    // aws-cdk-lib keeps what the construct was created with; the member is protected, and typed `any` there.
    const properties = {
      ...(instance as unknown as { _cfnProperties: Record<string, unknown> })._cfnProperties,
    };
    clearOverrides(instance);
    const written = resolvedProperties(scratch, instance);
    return {
      construct: found,
      properties,
      overrides: differences(resource.Properties ?? {}, written ?? {}, []),
      attributes: attributesOf(scratch, instance),
    };
  } catch {
    // The typed construct refuses what the template holds; the generic one takes it as it is.
    scratch.node.tryRemoveChild(id);
    return untyped(resource);
  }
}

/** The intrinsic function behind a token that came from the template; undefined when the value is none. */
export function intrinsicOf(value: unknown): Json | undefined {
  const token = tokenOf(value);
  return token instanceof TemplateToken ? token.json : undefined;
}

/** A token that stands for an intrinsic function of the template. */
export function templateToken(json: Json): IResolvable {
  return new TemplateToken(json);
}

function tokenOf(value: unknown): unknown {
  if (typeof value === 'string')
    return Token.isUnresolved(value) ? Tokenization.reverseString(value).firstToken : undefined;
  if (typeof value === 'number') return Tokenization.reverseNumber(value);
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string')
    return Tokenization.reverseList(value);
  return value;
}

function withTokens(value: Json | undefined): unknown {
  if (value === undefined) return undefined;
  if (intrinsic(value) !== null) return new TemplateToken(value);
  if (Array.isArray(value)) return value.map(withTokens);
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withTokens(inner)]));
  return value;
}

function untyped(resource: TemplateResource): TypedResource {
  return {
    construct: null,
    // withTokens of an object is an object.
    properties: withTokens(resource.Properties ?? {}) as Readonly<Record<string, unknown>>,
    overrides: [],
    attributes: new Map(),
  };
}

async function findClass(
  type: string,
): Promise<{ readonly module: string; readonly className: string; readonly type: FromTemplate } | null> {
  const [vendor, service, resource] = type.split('::');
  if (vendor !== 'AWS' || service === undefined || resource === undefined || service === 'CloudFormation')
    return null;
  const module = `aws-${service.toLowerCase()}`;
  const className = `Cfn${resource}`;
  const exported: Readonly<Record<string, unknown>> | null = await import(`aws-cdk-lib/${module}`).catch(
    () => null,
  );
  // Checked by the name of its type, which only generated constructs have.
  const candidate = exported?.[className] as FromTemplate | undefined;
  return candidate?.CFN_RESOURCE_TYPE_NAME === type ? { module, className, type: candidate } : null;
}

function clearOverrides(instance: CfnResource): void {
  // What the construct does not know lands here; differences() finds it again, along with what the construct changes.
  const { rawOverrides } = instance as unknown as { readonly rawOverrides: Record<string, unknown> };
  for (const key of Object.keys(rawOverrides)) delete rawOverrides[key];
}

function resolvedProperties(scratch: Stack, instance: CfnResource): JsonObject | undefined {
  // A template fragment with this one resource.
  const resolved: unknown = scratch.resolve(instance._toCloudFormation());
  // Through text, as the template goes: members that are undefined do not get there.
  const fragment = JSON.parse(JSON.stringify(resolved)) as {
    readonly Resources: Readonly<Record<string, { readonly Properties?: JsonObject }>>;
  };
  return Object.values(fragment.Resources)[0]?.Properties;
}

function differences(wanted: Json, written: Json | undefined, path: readonly string[]): readonly Override[] {
  if (Array.isArray(wanted) && Array.isArray(written) && wanted.length === written.length)
    return wanted.flatMap((value, index) => differences(value, written[index], [...path, String(index)]));
  if (isJsonObject(wanted) && isJsonObject(written) && intrinsic(wanted) === null) {
    const added = Object.keys(written).filter((key) => !(key in wanted));
    return [
      ...Object.entries(wanted).flatMap(([key, value]) => differences(value, written[key], [...path, key])),
      ...added.map((key) => ({ path: joinPath([...path, key]), value: undefined })),
    ];
  }
  return JSON.stringify(wanted) === JSON.stringify(written) ? [] : [{ path: joinPath(path), value: wanted }];
}

function joinPath(path: readonly string[]): string {
  return path.map((part) => part.replace(/\./g, '\\.')).join('.');
}

function attributesOf(
  scratch: Stack,
  instance: CfnResource,
): ReadonlyMap<string, { readonly property: string; readonly type: string }> {
  const attributes = new Map<string, { property: string; type: string }>();
  for (const property of Object.getOwnPropertyNames(Object.getPrototypeOf(instance))) {
    if (!property.startsWith('attr')) continue;
    const value: unknown = Reflect.get(instance, property);
    const reference = intrinsic(scratch.resolve(value));
    const attribute = reference === null ? null : attributeOf(reference.argument);
    if (attribute !== null)
      attributes.set(attribute[1], { property, type: Array.isArray(value) ? 'list' : typeof value });
  }
  return attributes;
}

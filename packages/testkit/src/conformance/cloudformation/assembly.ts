import { at, isJson, type Json, list, text } from './json.ts';
import { ATTRIBUTES, TYPES, type TypeFacts } from './types.ts';

/** A template and the stack that it is of. */
export interface StackTemplate {
  readonly stackName: string;
  /** Parsed JSON. */
  readonly template: unknown;
}

/** A resource whose properties have no expressions left: references are words or ARNs. */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
  readonly properties: Json;
  readonly deletionPolicy: string | null;
}

/** All stacks of a system, evaluated. */
export interface Assembly {
  readonly region: string;
  readonly account: string;
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Those of the types given. */
  readonly of: (...types: readonly string[]) => readonly Resource[];
}

/** Stands for the account where a template leaves it open. Without `:` and `/`, so that ARNs can be taken apart. */
export const ACCOUNT = '<account>';

/**
 * Evaluates the templates of a system's stacks as one: references, also across stacks by `Fn::GetStackOutput` and
 * `Fn::ImportValue`, become ARNs, names or `<kind name attribute>`.
 *
 * @throws Error for a function that CloudFormation has and this does not know, or a reference that leads nowhere
 */
export function evaluateStacks(
  stacks: readonly StackTemplate[],
  options: { readonly region: string; readonly account?: string | null },
): Assembly {
  const { region } = options;
  const account = options.account ?? ACCOUNT;
  const templates = new Map(stacks.map(({ stackName, template }) => [stackName, template]));
  const place = { region, account };

  const names = new Map<string, string>();

  function nameOf(stack: string, logicalId: string): string {
    const key = `${stack}/${logicalId}`;
    const name = names.get(key) ?? findName(stack, logicalId);
    names.set(key, name);
    return name;
  }

  function findName(stack: string, logicalId: string): string {
    const { type, raw, facts } = lookUp(stack, logicalId);
    const own = facts?.name(isJson(raw) ? withNames(raw, stack) : {});
    if (own !== null && own !== undefined) return own;
    // A key goes by its alias.
    if (type === 'AWS::KMS::Key') {
      for (const [id, each] of Object.entries(resourcesOf(stack)))
        if (
          text(each, 'Type') === 'AWS::KMS::Alias' &&
          JSON.stringify(at(each, 'Properties', 'TargetKeyId')).includes(`"${logicalId}"`)
        )
          return nameOf(stack, id);
    }
    return logicalId;
  }

  /** Only what names are made of, so that names do not depend on the rest. */
  function withNames(raw: Json, stack: string): Json {
    const naming = Object.entries(raw).filter(([key]) =>
      /^(?:Tags|Name|Family|Port|Priority|DomainName|\w+Name|\w+Identifier)$/.test(key),
    );
    return Object.fromEntries(naming.map(([key, value]) => [key, evaluate(value, stack)]));
  }

  function resourcesOf(stack: string): Json {
    const found = at(templates.get(stack), 'Resources');
    return isJson(found) ? found : {};
  }

  function lookUp(stack: string, logicalId: string) {
    const resource = resourcesOf(stack)[logicalId];
    const type = text(resource, 'Type');
    if (type === null) throw new Error(`${stack}: a reference leads to ${logicalId}, which is not there.`);
    const facts: TypeFacts | undefined = TYPES[type];
    return { type, facts, raw: at(resource, 'Properties') };
  }

  function reference(stack: string, logicalId: string, attribute: string | null): string {
    const { type, facts, raw } = lookUp(stack, logicalId);
    // An attachment stands for the secret that it completes.
    if (type === 'AWS::SecretsManager::SecretTargetAttachment')
      return String(evaluate(at(raw, 'SecretId'), stack));
    const name = nameOf(stack, logicalId);
    if (facts === undefined) return `<${type} ${logicalId} ${attribute ?? 'ref'}>`;
    const word = attribute === null ? facts.ref : (ATTRIBUTES[attribute] ?? attribute);
    if (word === 'name') return name;
    if (word === 'arn' && facts.arn) return `arn:aws:${facts.arn(name, place)}`;
    if (word === 'full-name' && facts.kind === 'load-balancer') return `app/${name}/id`;
    if (word === 'full-name') return `targetgroup/${name}/id`;
    if (word === 'uri') return `${account}.dkr.ecr.${region}.amazonaws.com/${name}`;
    return `<${facts.kind} ${name} ${word}>`;
  }

  function output(stackName: string, key: string): unknown {
    const template = templates.get(stackName);
    const value = at(template, 'Outputs', key, 'Value');
    if (value === undefined) throw new Error(`Stack ${stackName} has no output ${key}.`);
    return evaluate(value, stackName);
  }

  function imported(exportName: unknown): unknown {
    for (const [stackName, template] of templates)
      for (const [key, each] of Object.entries(at(template, 'Outputs') ?? {}))
        if (evaluate(at(each, 'Export', 'Name'), stackName) === exportName) return output(stackName, key);
    throw new Error(`No stack exports ${String(exportName)}.`);
  }

  function ref(target: string, stack: string): unknown {
    const pseudo: Readonly<Record<string, unknown>> = {
      'AWS::Region': region,
      'AWS::AccountId': account,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack,
      'AWS::StackId': `<stack ${stack}>`,
      'AWS::NoValue': undefined,
    };
    if (target in pseudo) return pseudo[target];
    const parameter = at(templates.get(stack), 'Parameters', target);
    if (parameter !== undefined) return at(parameter, 'Default') ?? `<parameter ${target}>`;
    return reference(stack, target, null);
  }

  function substitute(pattern: string, own: Json, stack: string): string {
    return pattern.replace(/\$\{([^}]+)\}/g, (_, word: string) => {
      if (word.startsWith('!')) return `\${${word.slice(1)}}`;
      if (word in own) return String(evaluate(own[word], stack));
      const [id = '', ...attribute] = word.split('.');
      return attribute.length > 0 ? reference(stack, id, attribute.join('.')) : String(ref(id, stack) ?? '');
    });
  }

  function call(name: string, argument: unknown, stack: string): unknown {
    const parts = list({ argument }, 'argument');
    switch (name) {
      case 'Ref':
        return ref(String(argument), stack);
      case 'Fn::GetAtt': {
        const [id = '', ...attribute] =
          typeof argument === 'string' ? argument.split('.') : parts.map((each) => String(each));
        return reference(stack, id, attribute.join('.'));
      }
      case 'Fn::Join': {
        const [separator, values] = parts;
        return list({ each: evaluate(values, stack) }, 'each')
          .map(String)
          .join(String(separator));
      }
      case 'Fn::Sub': {
        const [pattern, own] = parts;
        return substitute(String(pattern), isJson(own) ? own : {}, stack);
      }
      case 'Fn::Select': {
        const values = list({ each: evaluate(parts[1], stack) }, 'each');
        const found = values[Number(evaluate(parts[0], stack))];
        if (found === undefined)
          throw new Error(`${stack}: Fn::Select asks for ${String(parts[0])} of ${JSON.stringify(values)}.`);
        return found;
      }
      case 'Fn::Split':
        return String(evaluate(parts[1], stack)).split(String(parts[0]));
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
      case 'Fn::GetStackOutput':
        return output(
          String(evaluate(at(argument, 'StackName'), stack)).replace(/^arn:[^/]+\/([^/]+)\/.*$/, '$1'),
          String(at(argument, 'OutputName')),
        );
      case 'Fn::ImportValue':
        return imported(evaluate(argument, stack));
      case 'Fn::Base64':
        return evaluate(argument, stack);
      default:
        throw new Error(`${stack}: the reader does not know ${name}.`);
    }
  }

  function evaluate(value: unknown, stack: string): unknown {
    if (Array.isArray(value))
      return value.map((each) => evaluate(each, stack)).filter((each) => each !== undefined);
    if (!isJson(value)) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (only && entries.length === 1 && (only[0] === 'Ref' || only[0].startsWith('Fn::')))
      return call(only[0], only[1], stack);
    return Object.fromEntries(
      entries.flatMap(([key, each]) => {
        const found = evaluate(each, stack);
        return found === undefined ? [] : [[key, found]];
      }),
    );
  }

  const resources = [...templates.keys()].flatMap((stack) =>
    Object.entries(resourcesOf(stack)).map(([logicalId, resource]): Resource => {
      const properties = evaluate(at(resource, 'Properties') ?? {}, stack);
      return {
        stack,
        logicalId,
        type: text(resource, 'Type') ?? '',
        name: nameOf(stack, logicalId),
        properties: isJson(properties) ? properties : {},
        deletionPolicy: text(resource, 'DeletionPolicy'),
      };
    }),
  );
  const outputs: Record<string, string> = {};
  // What a stack offers other stacks goes by the name that CDK makes of it; the system's outputs have names of their own.
  for (const stack of templates.keys())
    for (const key of Object.keys(at(templates.get(stack), 'Outputs') ?? {}))
      if (!/^(?:Exports|Publish)Output/.test(key)) outputs[key] = String(output(stack, key));
  return {
    region,
    account,
    resources,
    outputs,
    of: (...types) => resources.filter(({ type }) => types.includes(type)),
  };
}

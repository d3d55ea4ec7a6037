import { array, type Code, call, escapeTemplate, literal, quote, render, text } from '@breakwater/plan/code';
import { attributeOf, intrinsic, isJsonObject, type Json } from './json.ts';

/** What the place of an expression takes. */
export type Wanted = 'string' | 'list' | 'number' | 'any';

/** What expressions of a stack may refer to, and how they say so. */
export interface Names {
  /** The construct of a logical id, `vpc` or `foundation.vpc`; null when there is none (a parameter). */
  readonly construct: (logicalId: string) => string | null;
  /** The construct's property of an attribute, with its type; null when it has none. */
  readonly attribute: (
    logicalId: string,
    name: string,
  ) => { readonly property: string; readonly type: string } | null;
  /** What another stack's output stands for, `foundation.vpc.ref`; null when it is to be read by name. */
  readonly output: (stackName: string, outputName: string) => string | null;
  /** Notes that the source uses this member of aws-cdk-lib. */
  readonly uses: (member: string) => void;
}

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': 'ACCOUNT_ID',
  'AWS::NoValue': 'NO_VALUE',
  'AWS::NotificationARNs': 'NOTIFICATION_ARNS',
  'AWS::Partition': 'PARTITION',
  'AWS::Region': 'REGION',
  'AWS::StackId': 'STACK_ID',
  'AWS::StackName': 'STACK_NAME',
  'AWS::URLSuffix': 'URL_SUFFIX',
};

/** Writes an intrinsic function of a template as the CDK expression that becomes exactly that again. */
export function expression(value: Json, wanted: Wanted, names: Names): Code {
  const called = intrinsic(value);
  const written = called === null ? null : known(called.name, called.argument, wanted, names);
  return written ?? verbatim(value, wanted, names);
}

function known(name: string, argument: Json, wanted: Wanted, names: Names): Code | null {
  const list = Array.isArray(argument) ? argument : null;
  switch (name) {
    case 'Ref':
      return asWanted(reference(argument, names), 'string', wanted, names);
    case 'Fn::GetAtt':
      return attribute(argument, wanted, names);
    case 'Fn::Join':
      return asWanted(list === null ? null : joined(list, names), 'string', wanted, names);
    case 'Fn::Sub':
      return asWanted(substituted(argument, names), 'string', wanted, names);
    case 'Fn::Select':
      return asWanted(list === null ? null : selected(list, names), 'string', wanted, names);
    case 'Fn::Split': {
      const [delimiter, source] = list ?? [];
      if (typeof delimiter !== 'string' || source === undefined) return null;
      return asWanted(fn('split', names, literal(delimiter), part(source, names)), 'list', wanted, names);
    }
    case 'Fn::GetAZs': {
      const region = argument === '' ? [] : [part(argument, names)];
      return asWanted(fn('getAzs', names, ...region), 'list', wanted, names);
    }
    case 'Fn::Base64':
      return asWanted(fn('base64', names, part(argument, names)), 'string', wanted, names);
    case 'Fn::ImportValue':
      return asWanted(fn('importValue', names, part(argument, names)), 'string', wanted, names);
    case 'Fn::GetStackOutput':
      return asWanted(stackOutput(argument, names), 'string', wanted, names);
    default:
      return null;
  }
}

/** An expression of one type where another is wanted. */
function asWanted(code: Code | null, type: 'string' | 'list', wanted: Wanted, names: Names): Code | null {
  if (code === null || wanted === 'any' || wanted === type) return code;
  names.uses('Token');
  if (wanted === 'list') return call('Token.asList', code);
  if (wanted === 'number') return call('Token.asNumber', code);
  return call('Token.asString', code);
}

function reference(argument: Json, names: Names): Code | null {
  if (typeof argument !== 'string') return null;
  const pseudo = PSEUDO_PARAMETERS[argument];
  if (pseudo !== undefined) {
    names.uses('Aws');
    return text(`Aws.${pseudo}`);
  }
  const construct = names.construct(argument);
  return construct === null ? null : text(`${construct}.ref`);
}

function attribute(argument: Json, wanted: Wanted, names: Names): Code | null {
  const [id, name] = attributeOf(argument) ?? [];
  const construct = id === undefined ? null : names.construct(id);
  if (id === undefined || name === undefined || construct === null) return null;
  const typed = names.attribute(id, name);
  if (typed !== null && (wanted === 'any' || wanted === typed.type))
    return text(`${construct}.${typed.property}`);
  const untyped = `${construct}.getAtt(${quote(name)})`;
  if (wanted === 'string' || wanted === 'any') return text(`${untyped}.toString()`);
  names.uses('Token');
  return call(wanted === 'list' ? 'Token.asList' : 'Token.asNumber', text(untyped));
}

/** Text with expressions in it is a template literal; other delimiters stay a join. */
function joined(argument: readonly Json[], names: Names): Code | null {
  const [delimiter, parts] = argument;
  if (typeof delimiter !== 'string' || parts === undefined) return null;
  if (!Array.isArray(parts)) return fn('join', names, literal(delimiter), expression(parts, 'list', names));
  // CDK merges neighbouring texts and nested joins when it writes a join; one that is not merged stays as it is.
  const merged = parts.every(
    (value, index) =>
      (typeof value !== 'string' || typeof parts[index + 1] !== 'string') &&
      !(intrinsic(value)?.name === 'Fn::Join' && sameDelimiter(value, delimiter)),
  );
  if (!merged || parts.length < 2) return null;
  return delimiter === ''
    ? text(template(parts, names))
    : fn('join', names, literal(delimiter), array(parts.map((value) => part(value, names))));
}

function sameDelimiter(join: Json, delimiter: string): boolean {
  const argument = intrinsic(join)?.argument;
  return Array.isArray(argument) && argument[0] === delimiter;
}

/** A template literal of texts and intrinsic functions. */
export function template(parts: readonly Json[], names: Names): string {
  const written = parts.map((value) => {
    if (typeof value === 'string') return escapeTemplate(value);
    return `\${${render(part(value, names), 0, Number.NEGATIVE_INFINITY)}}`;
  });
  return `\`${written.join('')}\``;
}

function substituted(argument: Json, names: Names): Code | null {
  if (typeof argument === 'string') return fn('sub', names, literal(argument));
  if (!Array.isArray(argument)) return null;
  const [body, variables] = argument;
  if (typeof body !== 'string' || !isJsonObject(variables)) return null;
  const entries = Object.entries(variables).map(([key, value]) => ({
    key,
    code: part(value, names),
    comment: null,
  }));
  return fn('sub', names, literal(body), { kind: 'object', entries, open: false });
}

function selected(argument: readonly Json[], names: Names): Code | null {
  const [index, list] = argument;
  if (list === undefined || Array.isArray(list) || intrinsic(list) === null) return null;
  // CloudFormation takes the index as text as well; CDK writes a number.
  if (typeof index !== 'number') return null;
  return fn('select', names, text(String(index)), expression(list, 'list', names));
}

function stackOutput(argument: Json, names: Names): Code | null {
  if (!isJsonObject(argument)) return null;
  const { StackName: stack, OutputName: output, Region: region, ...others } = argument;
  if (typeof stack !== 'string' || typeof output !== 'string' || Object.keys(others).length > 0) return null;
  const typed = names.output(stack, output);
  if (typed !== null) return text(typed);
  const where = region === undefined ? [] : [part(region, names)];
  return fn('getStackOutput', names, literal(stack), literal(output), ...where);
}

function part(value: Json, names: Names): Code {
  return intrinsic(value) === null ? literal(value) : expression(value, 'string', names);
}

function fn(name: string, names: Names, ...args: readonly Code[]): Code {
  names.uses('Fn');
  return call(`Fn.${name}`, ...args);
}

/** CloudFormation's own notation, which CDK passes through untouched. */
function verbatim(value: Json, wanted: Wanted, names: Names): Code {
  names.uses('Token');
  const name = { string: 'asString', list: 'asList', number: 'asNumber', any: 'asAny' }[wanted];
  return call(`Token.${name}`, literal(value));
}

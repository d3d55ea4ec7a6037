import { isJson, type Json, list, text } from '../cloudformation/json.ts';

const upper = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);

/** Keys in the case of CloudFormation, all the way down. Maps from names to values, such as the options of a log driver, keep theirs. */
export function pascal(value: unknown, maps: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((each) => pascal(each, maps));
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [upper(key), maps.includes(key) ? each : pascal(each, maps)]),
  );
}

/** The same for an object, with some keys under another name; null leaves one out. */
export function renamed(inputs: Json, names: Readonly<Record<string, string | null>> = {}): Json {
  const entries = Object.entries(inputs).flatMap(([key, value]) => {
    const name = key in names ? names[key] : upper(key);
    return name === null || name === undefined ? [] : [[name, pascal(value)] as const];
  });
  return { ...Object.fromEntries(entries), ...tags(inputs) };
}

/** Tags as CloudFormation's list. */
export function tags(inputs: Json): Json {
  const { tags: given } = inputs;
  if (!isJson(given)) return {};
  return { Tags: Object.entries(given).map(([Key, Value]) => ({ Key, Value })) };
}

/** A policy, or whatever else is given as JSON in a text. */
export function parsed(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}

/** Attributes of load balancers and target groups, as CloudFormation lists them; those without a value are left out. */
export function attributes(values: Readonly<Record<string, unknown>>): readonly Json[] {
  return Object.entries(values).flatMap(([Key, Value]) =>
    Value === undefined ? [] : [{ Key, Value: String(Value) }],
  );
}

/** What a listener or a rule does. */
export function actions(given: unknown): readonly Json[] {
  return list({ given }, 'given').map((action) => {
    if (!isJson(action)) return {};
    const { type, targetGroupArn, fixedResponse, redirect, forward } = action;
    return {
      Type: type,
      ...(targetGroupArn === undefined ? {} : { TargetGroupArn: targetGroupArn }),
      ...(fixedResponse === undefined ? {} : { FixedResponseConfig: pascal(fixedResponse) }),
      ...(redirect === undefined ? {} : { RedirectConfig: pascal(redirect) }),
      ...(forward === undefined
        ? {}
        : {
            ForwardConfig: {
              TargetGroups: list(forward, 'targetGroups').map((group) => ({
                TargetGroupArn: text(group, 'arn'),
                Weight: isJson(group) ? group['weight'] : undefined,
              })),
            },
          }),
    };
  });
}

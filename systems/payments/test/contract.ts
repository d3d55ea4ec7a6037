import { Errors } from 'typebox/schema';
import { type Answer, ask, exchanges } from './client.ts';

/** As much of an OpenAPI document as is looked at. */
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
}

/**
 * Holds every answer that this file's requests got so far against what the services say of themselves.
 *
 * @param url where the load balancer listens
 * @returns what is not as it is described: a status, a type of content, a body, a field that nobody told of
 */
export async function contractProblems(url: string): Promise<readonly string[]> {
  const soFar = [...exchanges];
  const problems = new Set<string>();
  for (const service of ['order', 'payment', 'notification']) {
    const { json } = await ask(`${url}/${service}/openapi.json`);
    // The validator of OpenAPI has its own test.
    for (const [template, operations] of Object.entries((json as Description).paths)) {
      if (!template.startsWith(`/${service}/`)) continue;
      const path = new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);
      for (const exchange of soFar) {
        const operation = operations[exchange.method.toLowerCase()];
        if (operation === undefined || !path.test(exchange.path)) continue;
        const problem = problemOf(operation, exchange.answer);
        if (problem !== null)
          problems.add(`${exchange.method} ${template} ${exchange.answer.status}: ${problem}`);
      }
    }
  }
  return [...problems];
}

function problemOf({ responses }: Operation, { status, headers, json, text }: Answer): string | null {
  const response = responses[status];
  if (response === undefined) return 'no such status is described';
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const schema = response.content?.[type]?.schema;
  if (schema === undefined) return `no content of type ${type} is described`;
  const value: unknown = json ?? text;
  const [, errors] = Errors(schema, value);
  if (errors.length > 0) return JSON.stringify(errors);
  const fields = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const untold = fields.filter((name) => schema.properties?.[name] === undefined);
  return untold.length === 0 ? null : `${untold.join(', ')} is not described`;
}

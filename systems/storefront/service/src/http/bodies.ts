import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.ts';

/** Greatest size of a request body in bytes: a checkout of twenty products takes less than one. */
export const bodyLimit = 16 * 1024;

const maxDepth = 8;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads JSON bodies, and says clearly what is wrong with one. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body));
    } catch (error) {
      done(error instanceof Problem ? error : invalid('The request body is not valid JSON.'));
    }
  });
}

/** Reads the bodies of forms, and nothing else: what a page of another site can send as JSON or text is refused. */
export function readFormBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      // The last of several fields of one name counts. A map without prototype: `__proto__` is a name like any other.
      const fields: Record<string, string> = Object.create(null);
      for (const [name, value] of new URLSearchParams(String(body))) fields[name] = value;
      done(null, fields);
    },
  );
}

/**
 * The fields of a body.
 *
 * @throws Problem 400 when it is no JSON object
 */
export function objectBody(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid('The request body must be a JSON object.');
  // An object: every field may be there, with any value.
  return body as Readonly<Record<string, unknown>>;
}

function parseJson(body: string | Buffer): unknown {
  if (body.length === 0) return undefined;
  const value: unknown = JSON.parse(typeof body === 'string' ? body : utf8.decode(body));
  if (deeper(value, maxDepth)) throw invalid(`The request body is nested more than ${maxDepth} levels deep.`);
  return value;
}

function deeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((each) => deeper(each, depth - 1));
}

function invalid(detail: string): Problem {
  return new Problem(400, detail, { kind: 'invalid-request' });
}

import type { FastifyInstance } from 'fastify';
import { inspectJson } from './inspect-json.ts';
import { badField, Problem } from './problem.ts';

/** Greatest size of a request body in bytes: a product takes a few hundred. */
export const bodyLimit = 64 * 1024;

/** A product is one object of plain values. */
const maxDepth = 8;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Teaches the application to read JSON bodies, and to say clearly what is wrong with one. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body));
    } catch (error) {
      done(error instanceof Problem ? error : new Problem(400, 'Request body is not valid JSON'));
    }
  });
}

function parseJson(body: string | Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = typeof body === 'string' ? body : utf8.decode(body);
  const finding = inspectJson(text, maxDepth);
  if (finding === 'too-deep')
    throw new Problem(400, `Request body is nested more than ${maxDepth} levels deep`);
  const value: unknown = JSON.parse(text);
  // The one number in a product is its price.
  if (finding === 'imprecise-number') throw badField('price', 'price has more digits than a price can have');
  // A key such as `__proto__` is an ordinary one in what JSON.parse makes, and only known keys are ever taken from it.
  return value;
}

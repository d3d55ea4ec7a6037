import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Statement } from '../database/database.ts';
import type { Readiness } from '../database/readiness.ts';
import { notFound, Problem } from '../http/problem.ts';
import { parseId, parseListQuery, parseProduct } from './product-input.ts';
import {
  IdParamsSchema,
  ListQuerySchema,
  PageSchema,
  ProductBodySchema,
  ProductSchema,
  problem,
} from './product-schemas.ts';
import { listStatement, type ProductStore, statements } from './product-store.ts';

interface ById {
  Params: { readonly id: string };
}

const unavailable = {
  503: problem('The database cannot be used at the moment; Retry-After says when to try again'),
};
const invalid = { 400: problem('The request breaks a rule; `field` names where') };
const missing = { 404: problem('There is no such product') };

/** The routes under `/api/products`. */
export function productRoutes(app: FastifyInstance, store: ProductStore, readiness: Readiness): void {
  app.register(async (routes) => {
    // A new task passes its health check while it is still looking at its database: the few requests of that moment wait.
    routes.addHook('onRequest', (_request, _reply, done) => {
      if (readiness.isReady()) return done();
      const notReady = () => new Problem(503, 'The database is not ready yet', { retryAfter: 1 });
      void readiness.settled().then(() => done(readiness.isReady() ? undefined : notReady()));
    });

    routes.get<{ Querystring: Record<string, unknown> }>(
      '/api/products',
      {
        schema: {
          summary: 'List products',
          querystring: ListQuerySchema,
          response: { 200: PageSchema, ...invalid, ...unavailable },
        },
      },
      async (request, reply) => {
        const query = parseListQuery(request.query);
        return json(reply, await traced(request, listStatement(query), () => store.list(query)));
      },
    );

    routes.get<ById>(
      '/api/products/:id',
      {
        schema: {
          summary: 'Get a product',
          params: IdParamsSchema,
          response: { 200: ProductSchema, ...invalid, ...missing, ...unavailable },
        },
      },
      async (request, reply) => {
        const id = parseId(request.params.id);
        const product = id && (await traced(request, statements.find, () => store.find(id)));
        if (product === undefined) throw notFound();
        return json(reply, product);
      },
    );

    routes.post(
      '/api/products',
      {
        schema: {
          summary: 'Add a product',
          body: ProductBodySchema,
          response: { 201: ProductSchema, ...invalid, ...unavailable },
        },
      },
      async (request, reply) => {
        const input = parseProduct(request.body);
        const product = await traced(request, statements.create, () => store.create(input));
        reply.code(201).header('location', `/api/products/${product.id}`);
        return json(reply, product.json);
      },
    );

    routes.put<ById>(
      '/api/products/:id',
      {
        schema: {
          summary: 'Replace a product',
          params: IdParamsSchema,
          body: ProductBodySchema,
          response: { 200: ProductSchema, ...invalid, ...missing, ...unavailable },
        },
      },
      async (request, reply) => {
        const id = parseId(request.params.id);
        const input = parseProduct(request.body);
        const product = id && (await traced(request, statements.replace, () => store.replace(id, input)));
        if (!product) throw notFound();
        return json(reply, product.json);
      },
    );

    routes.delete<ById>(
      '/api/products/:id',
      {
        schema: {
          summary: 'Remove a product',
          params: IdParamsSchema,
          response: { 204: { type: 'null', description: 'Removed' }, ...invalid, ...missing, ...unavailable },
        },
      },
      async (request, reply) => {
        const id = parseId(request.params.id);
        const removed =
          id !== undefined && (await traced(request, statements.remove, () => store.remove(id)));
        if (!removed) throw notFound();
        return reply.code(204).send();
      },
    );
  });
}

function json(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').send(text);
}

async function traced<T>(request: FastifyRequest, statement: Statement, run: () => Promise<T>): Promise<T> {
  const end = request.trace?.statement(statement);
  if (end === undefined) return run();
  try {
    const result = await run();
    end();
    return result;
  } catch (error) {
    end(error);
    throw error;
  }
}

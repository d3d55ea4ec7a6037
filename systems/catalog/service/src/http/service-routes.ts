import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';

/** What the service says about itself. */
export interface ServiceInfo {
  readonly service: string;
  readonly version: string;
  readonly region: string | null;
}

/** What `/api/info` tells a stranger about the database: whether it works, never where it is. */
export interface DatabaseInfo {
  readonly engine: 'postgresql';
  readonly status: 'connected' | 'unavailable';
  /** The version of the schema; null until it is known. */
  readonly schema: number | null;
}

const healthSchema = Type.Object({ status: Type.String(), service: Type.String(), version: Type.String() });

const infoSchema = Type.Object({
  service: Type.String(),
  version: Type.String(),
  region: Type.Union([Type.String(), Type.Null()]),
  database: Type.Object({
    engine: Type.String(),
    status: Type.Union([Type.Literal('connected'), Type.Literal('unavailable')]),
    schema: Type.Union([Type.Integer(), Type.Null()]),
  }),
});

/** `/health`, which is about this process alone, and `/api/info`, which also asks the database. */
export function serviceRoutes(
  app: FastifyInstance,
  info: ServiceInfo,
  isStopping: () => boolean,
  database: () => Promise<DatabaseInfo>,
): void {
  const { service, version } = info;

  app.get(
    '/health',
    {
      schema: {
        summary: 'Whether this task may get requests',
        response: { 200: healthSchema, 503: healthSchema },
      },
    },
    (_request, reply) => {
      const stopping = isStopping();
      reply.code(stopping ? 503 : 200).send({ status: stopping ? 'unhealthy' : 'healthy', service, version });
    },
  );

  app.get(
    '/api/info',
    { schema: { summary: 'What runs here', response: { 200: infoSchema } } },
    async () => ({ ...info, database: await database() }),
  );
}

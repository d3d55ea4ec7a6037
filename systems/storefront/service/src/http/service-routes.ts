import type { FastifyInstance } from 'fastify';

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

/** `/health`, which is about this process alone, and `/api/info`, which also asks the database. */
export function serviceRoutes(
  app: FastifyInstance,
  info: ServiceInfo,
  isStopping: () => boolean,
  database: () => Promise<DatabaseInfo>,
): void {
  const { service, version } = info;
  app.get('/health', (_request, reply) => {
    const stopping = isStopping();
    reply.code(stopping ? 503 : 200).send({ status: stopping ? 'unhealthy' : 'healthy', service, version });
  });
  app.get('/api/info', async () => ({ ...info, database: await database() }));
}

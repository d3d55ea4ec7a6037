import type { FastifyInstance } from 'fastify';
import { objectBody } from '../http/bodies.ts';
import { clientAddress } from '../http/client.ts';
import { refuseOtherSites, type Sessions, type SignedIn } from '../sessions/sessions.ts';
import { parseCredentials, parseNewAccount } from './account-input.ts';
import type { Accounts } from './accounts.ts';

/** `POST /api/users`, and `GET`, `POST`, `DELETE /api/session`. */
export function accountRoutes(
  app: FastifyInstance,
  sessions: Sessions,
  accounts: Accounts,
  trustedProxies: number,
): void {
  // No page of another site can send JSON here: browsers would ask first, and nothing here says yes.
  app.post('/api/users', async (request, reply) => {
    refuseOtherSites(request);
    const input = parseNewAccount(objectBody(request.body));
    const { id, name } = await accounts.signUp(input, clientAddress(request, trustedProxies));
    const session = await sessions.begin(request, reply, id, name);
    reply.code(201);
    return sessionJson(session);
  });

  app.post('/api/session', async (request, reply) => {
    refuseOtherSites(request);
    const input = parseCredentials(objectBody(request.body));
    const { id, name } = await accounts.signIn(input, clientAddress(request, trustedProxies));
    const session = await sessions.begin(request, reply, id, name);
    reply.code(201);
    return sessionJson(session);
  });

  app.get('/api/session', async (request) => sessionJson(await sessions.require(request)));

  app.delete('/api/session', async (request, reply) => {
    await sessions.requireForChange(request, request.headers['x-csrf-token']);
    await sessions.end(request, reply);
    return reply.code(204).send();
  });
}

function sessionJson({ user, name, csrf, expiry }: SignedIn) {
  return { user: { id: user, name }, csrfToken: csrf, expires: new Date(expiry * 1000).toISOString() };
}

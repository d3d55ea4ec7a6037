import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isSecure } from './client.ts';

/** No script at all, style from here, forms to here, in nobody's frame. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Headers of every answer. What is personal is kept by nobody, unless a route says otherwise. */
export function securityHeaders(request: FastifyRequest): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    'cache-control': 'no-store',
    ...(isSecure(request) && { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
  };
}

/** Gives them to all that has a route, and to all that has none. */
export function secureHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders(request));
    done();
  });
}

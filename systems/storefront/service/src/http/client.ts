import type { FastifyRequest } from 'fastify';

/**
 * The client's address as the outermost proxy of ours saw it. Each proxy appends the address that it was asked from to
 * X-Forwarded-For; what stands further left, the client may have written itself.
 */
export function clientAddress(request: FastifyRequest, trustedProxies: number): string {
  const direct = request.raw.socket.remoteAddress ?? 'unknown';
  if (trustedProxies === 0) return direct;
  const header = request.headers['x-forwarded-for'];
  const list = (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
  return list.at(-trustedProxies) ?? direct;
}

/** Whether the client speaks TLS with the load balancer. */
export function isSecure(request: FastifyRequest): boolean {
  return request.headers['x-forwarded-proto'] === 'https';
}

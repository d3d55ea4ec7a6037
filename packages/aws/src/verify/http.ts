import type { Live } from './live/live.ts';

/** How the load balancer is asked. */
export interface HttpOptions {
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Where the serving listener is found; default: the domain, else the load balancer's DNS name in the outputs. */
  readonly baseUrl?: string;
  /** Where the plain HTTP listener is found, when another one serves. */
  readonly plainUrl?: string;
  /** Default 10 s. */
  readonly timeoutMs?: number;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly server: string | null;
  readonly location: string | null;
  readonly body: string;
}

/** An address, or why there is none. */
type Base = string | { readonly reason: string };

/** Addresses of the HTTPS and the HTTP listener. */
export async function baseUrls(live: Live): Promise<{ readonly secure: Base; readonly plain: Base }> {
  const { http, plan, outputs } = live;
  const { loadBalancer } = plan;
  const dnsKey = plan.outputs.find(
    ({ value }) => value.kind === 'load-balancer' && value.field === 'dns-name',
  )?.key;
  const dnsName = outputs[dnsKey ?? ''] ?? (await live.loadBalancing.balancer())?.DNSName;
  const secureServes = loadBalancer?.listeners.some(({ protocol }) => protocol === 'HTTPS') ?? false;
  const missing = (): { reason: string } =>
    loadBalancer?.scheme === 'internal'
      ? {
          reason:
            'The load balancer is internal and cannot be reached from here; give --url to ask from inside the VPC.',
        }
      : { reason: 'There is no load balancer to ask.' };
  const reachable = loadBalancer?.scheme === 'internet-facing' && dnsName !== undefined;
  const secure = (): Base => {
    if (http.baseUrl !== undefined) return http.baseUrl;
    if (!reachable) return missing();
    const domain = loadBalancer?.domain?.name;
    return domain === undefined
      ? {
          reason:
            'The certificate is not for the load balancer’s own name; give --url with the name that clients use.',
        }
      : `https://${domain}`;
  };
  const plain = (): Base => {
    const given = secureServes ? http.plainUrl : (http.plainUrl ?? http.baseUrl);
    if (given !== undefined) return given;
    // With a base URL of its own, the listener that the account shows is not the one to ask.
    if (http.baseUrl !== undefined) return { reason: 'No address of the plain HTTP listener was given.' };
    return reachable ? `http://${dnsName}` : missing();
  };
  return { secure: secure(), plain: plain() };
}

const DEFAULT_TIMEOUT_MS = 10_000;
const ATTEMPTS = 3;

/**
 * Asks once; again when the connection fails, which a DNS name that is a minute old may do. Redirects are not followed.
 * Returns why there is no answer, when there is none.
 */
export async function ask({ http, signal }: Live, url: URL): Promise<Answer | string> {
  const get = http.fetch ?? fetch;
  for (let attempt = 1; ; attempt += 1) {
    const timeout = AbortSignal.timeout(http.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    try {
      const answer = await get(url, {
        redirect: 'manual',
        headers: { 'user-agent': 'breakwater-verify' },
        signal: signal === null ? timeout : AbortSignal.any([signal, timeout]),
      });
      return {
        status: answer.status,
        contentType: answer.headers.get('content-type'),
        server: answer.headers.get('server'),
        location: answer.headers.get('location'),
        body: await answer.text(),
      };
    } catch (error) {
      if (signal?.aborted) throw error;
      if (attempt === ATTEMPTS) return `no answer: ${reasonOf(error)}`;
    }
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}

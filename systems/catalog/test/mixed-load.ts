import { type Load, type LoadOutcome, type LoadRequest, startLoad } from '@breakwater/testkit';

/** Reads and writes as a shop's clients send them: nine reads to one write. */
export function mixedRequest(n: number): LoadRequest {
  switch (n % 10) {
    case 0:
      return {
        method: 'POST',
        path: '/api/products',
        body: { name: `Lamp ${n}`, price: ((n % 9_000) + 99) / 100, category: 'Load' },
      };
    case 1:
    case 5:
      return { path: `/api/products/${(n % 20) + 1}` };
    case 2:
      return { path: '/api/products?q=a&limit=10' };
    case 3:
      return { path: '/health' };
    default:
      return { path: '/api/products?limit=20' };
  }
}

/** 500 requests a second, as the promises are made for. */
export function startMixedLoad(url: string): Load {
  return startLoad({ url, requestsPerSecond: 500, next: mixedRequest });
}

/** What no client should have seen: no answer, or one that is not 200 or 201. */
export function failures(outcomes: readonly LoadOutcome[]): readonly string[] {
  return outcomes
    .filter(({ status }) => status !== 200 && status !== 201)
    .map(
      ({ request, status, error, body }) =>
        `${request.method ?? 'GET'} ${request.path}: ${status} ${error ?? body.slice(0, 80)}`,
    );
}

/** Ids of the products whose creation was answered with 201. */
export function createdIds(outcomes: readonly LoadOutcome[]): readonly number[] {
  return outcomes.flatMap(({ status, body }) => {
    if (status !== 201) return [];
    const product: unknown = JSON.parse(body);
    return typeof product === 'object' && product !== null && 'id' in product ? [Number(product.id)] : [];
  });
}

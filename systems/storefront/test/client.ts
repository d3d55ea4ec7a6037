import type { Buyer } from './stores.ts';

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined when it is no JSON. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** Somebody with a cookie jar, as a browser has one. */
export interface Visitor {
  readonly cookies: Map<string, string>;
  /** Of the session, once signed in. */
  csrf: string;
  get(path: string): Promise<Answer>;
  /** Sends JSON with the CSRF token of the session. */
  send(method: string, path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Sends a form. */
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Answer>;
  request(path: string, init?: RequestInit): Promise<Answer>;
  signUp(): Promise<Answer>;
  checkout(items: unknown, key: string, more?: object): Promise<Answer>;
}

let people = 0;

/** A stranger at this address. */
export function visit(url: string): Visitor {
  const cookies = new Map<string, string>();
  const visitor: Visitor = {
    cookies,
    csrf: '',
    async request(path, init = {}) {
      const headers = new Headers(init.headers);
      const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      if (jar !== '' && !headers.has('cookie')) headers.set('cookie', jar);
      const response = await fetch(url + path, { redirect: 'manual', ...init, headers });
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = line.split(';', 1)[0]?.split('=') ?? [];
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      const text = await response.text();
      const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson ? JSON.parse(text) : undefined,
      };
    },
    get: (path) => visitor.request(path),
    send: (method, path, body, headers = {}) =>
      visitor.request(path, {
        method,
        headers: { 'content-type': 'application/json', 'x-csrf-token': visitor.csrf, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    post: (path, fields) => visitor.request(path, { method: 'POST', body: new URLSearchParams(fields) }),
    async signUp() {
      people += 1;
      const answer = await visitor.send('POST', '/api/users', {
        email: `person-${people}-${process.pid}@example.com`,
        name: `Person ${people}`,
        password: 'correct horse battery',
      });
      visitor.csrf = String(answer.json?.['csrfToken']);
      return answer;
    },
    checkout: (items, key, more = {}) =>
      visitor.send('POST', '/api/checkout', { items, ...more }, { 'idempotency-key': key }),
  };
  return visitor;
}

/** Somebody who is signed in already. */
export function as(url: string, buyer: Pick<Buyer, 'cookie' | 'csrf'> | undefined): Visitor {
  const visitor = visit(url);
  const [name = '', value = ''] = buyer?.cookie.split('=') ?? [];
  visitor.cookies.set(name, value);
  visitor.csrf = buyer?.csrf ?? '';
  return visitor;
}

/** The value of a hidden field. */
export function field(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
}

import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DrivenEngine } from '@breakwater/testkit';

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined when it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes and would only repeat themselves in casts
  readonly json: any;
}

/** Every request of this file and its answer, for `contractProblems`. */
export const exchanges: { readonly method: string; readonly path: string; readonly answer: Answer }[] = [];

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const answer = { status: response.status, headers: response.headers, text, json };
  exchanges.push({ method: init.method ?? 'GET', path: new URL(url).pathname, answer });
  return answer;
}

export const lamp = { sku: 'lamp-1', name: 'Lamp', quantity: 2, unitPrice: 1999 } as const;

/** What a client sends for an order; fields may be replaced. */
export function orderOf(paymentMethod: string, rest: Readonly<Record<string, unknown>> = {}): object {
  return {
    customer: { name: 'Ada', email: 'ada@example.org' },
    items: [lamp],
    currency: 'EUR',
    paymentMethod,
    ...rest,
  };
}

let keys = 0;

/** A key that no other request of this run has. */
export function newKey(): string {
  keys += 1;
  return `test-${process.pid}-${keys}`;
}

export function send(url: string, body: unknown, key: string = newKey()): Promise<Answer> {
  return ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Posts bytes as they are, with headers that `fetch` would not send; the status of the answer. */
export function rawPost(
  url: string,
  body: Buffer | object,
  headers: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const all = { 'content-type': 'application/json', 'idempotency-key': newKey(), ...headers };
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', headers: all }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
}

/** A running task's own address, as another service reaches it: past the load balancer. */
export async function taskUrl(engine: DrivenEngine, service: string): Promise<string> {
  const { tasks } = await engine.snapshot();
  const task = tasks.find((one) => one.service === service && one.state === 'RUNNING');
  return `http://${task?.host}:${task?.port}`;
}

/** Waits until an order is final, and gives it. */
export async function finalOrder(url: string, id: string, timeoutMs = 50_000): Promise<Answer['json']> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const { status, json, text } = await ask(`${url}/order/orders/${id}`);
    if (status === 200 && json.final) return json;
    if (Date.now() > end) throw new Error(`Order ${id} is not final after ${timeoutMs} ms: ${text}`);
    await sleep(50);
  }
}

/** Gives a service settings of its own, in a copy of the system. */
export function setEnvironment(
  directory: string,
  service: 'order' | 'payment' | 'notification',
  settings: Readonly<Record<string, string>>,
): void {
  const file = join(directory, 'breakwater.config.ts');
  const text = readFileSync(file, 'utf8');
  const routes = `routes: ['/${service}/*'],`;
  if (!text.includes(routes)) throw new Error(`${file} does not have ${routes} any more.`);
  writeFileSync(file, text.replace(routes, `${routes} environment: ${JSON.stringify(settings)},`));
}

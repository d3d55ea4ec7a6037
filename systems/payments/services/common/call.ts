/** An answer of another service. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A call that may be made again: nobody answered, or the answer says that this is not the last word. */
export class CallFailed extends Error {}

/**
 * Posts JSON to another service, with an idempotency key: whoever repeats it repeats it with the same one.
 *
 * @param timeoutMs from the first byte sent to the last one received
 * @throws CallFailed when there was no answer, or one with 5xx or 429
 */
export async function post(url: string, key: string, content: unknown, timeoutMs: number): Promise<Answer> {
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(content),
      signal: AbortSignal.timeout(timeoutMs),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    // fetch hides why a connection failed in the cause.
    const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
    throw new CallFailed(cause instanceof Error ? `${message}: ${cause.message}` : message, { cause: error });
  }
  if (status >= 500 || status === 429) throw new CallFailed(`answered ${status}: ${text.slice(0, 200)}`);
  try {
    const body: unknown = JSON.parse(text);
    return { status, body };
  } catch {
    throw new CallFailed(`answered ${status} with what is no JSON: ${text.slice(0, 200)}`);
  }
}

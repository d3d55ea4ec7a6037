import { createServer } from 'node:http';

/** A span as the exporter sent it, with what the tests look at. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the root of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 2 is server, 3 is client. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly resource: Readonly<Record<string, string | number | boolean>>;
}

/** A collector for spans, by OTLP over HTTP with protobuf. */
export interface OtlpReceiver {
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  close(): void;
}

/** Starts a collector on a free port. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    if (request.url === '/v1/traces') spans.push(...readExport(body));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    spans,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

// https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto: the field numbers.

function readExport(body: Buffer): ReceivedSpan[] {
  return messages(body, 1).flatMap((resourceSpans) => {
    const resource = messages(resourceSpans, 1).map((each) => readAttributes(each, 1))[0] ?? {};
    return messages(resourceSpans, 2)
      .flatMap((scopeSpans) => messages(scopeSpans, 2))
      .map((span) => ({
        traceId: bytes(span, 1).toString('hex'),
        spanId: bytes(span, 2).toString('hex'),
        parentSpanId: bytes(span, 4).toString('hex'),
        name: bytes(span, 5).toString(),
        kind: Number(fields(span).find(({ field }) => field === 6)?.value ?? 0),
        attributes: readAttributes(span, 9),
        resource,
      }));
  });
}

function readAttributes(message: Buffer, field: number): Record<string, string | number | boolean> {
  return Object.fromEntries(
    messages(message, field).map((pair) => {
      const value = fields(bytes(pair, 2))[0];
      if (value === undefined) return [bytes(pair, 1).toString(), ''];
      const text = Buffer.isBuffer(value.value) ? value.value.toString() : Number(value.value);
      return [bytes(pair, 1).toString(), value.field === 2 ? text === 1 : text];
    }),
  );
}

function messages(message: Buffer, field: number): Buffer[] {
  return fields(message).flatMap((each) =>
    each.field === field && Buffer.isBuffer(each.value) ? [each.value] : [],
  );
}

function bytes(message: Buffer, field: number): Buffer {
  return messages(message, field)[0] ?? Buffer.alloc(0);
}

/** The wire format of protobuf: https://protobuf.dev/programming-guides/encoding/ */
function fields(message: Buffer): { readonly field: number; readonly value: bigint | Buffer }[] {
  const found: { field: number; value: bigint | Buffer }[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const field = tag >>> 3;
    if ((tag & 7) === 0) found.push({ field, value: varint() });
    else if ((tag & 7) === 1) found.push({ field, value: take(8) });
    else if ((tag & 7) === 2) found.push({ field, value: take(Number(varint())) });
    else if ((tag & 7) === 5) found.push({ field, value: take(4) });
    else throw new Error(`unknown wire type ${tag & 7}`);
  }
  return found;
}

import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { AlwaysOnSampler, BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Statement } from '../database/database.ts';
import { DatabaseUnavailable, describe } from '../database/failure.ts';
import { newSpanId, newTraceId } from './trace-headers.ts';
import type { RequestStart, RequestTrace, TracedService } from './tracing.ts';

/** Records requests as spans and sends them by OTLP. Whether to record has been decided before. */
export interface Recorder {
  record(request: RequestStart): RequestTrace;
  close(): Promise<void>;
}

/** Sets up OpenTelemetry; where to send is its own environment variables' business. */
export function createRecorder(service: TracedService, onError: (error: unknown) => void): Recorder {
  setGlobalErrorHandler(onError);
  // A trace that a load balancer began has an id but no parent span. The SDK makes ids for spans without parent: we hand it this one.
  let nextTraceId = '';
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': service.service, 'service.version': service.version }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: new AlwaysOnSampler(),
    idGenerator: {
      generateTraceId: () => nextTraceId || newTraceId(Date.now(), Math.random),
      generateSpanId: () => newSpanId(Math.random),
    },
    // When the collector is away or slow, spans are dropped here and requests do not notice.
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ timeoutMillis: 5000 }), {
        maxQueueSize: 4096,
        maxExportBatchSize: 512,
        scheduledDelayMillis: 1000,
        exportTimeoutMillis: 10_000,
      }),
    ],
  });
  const tracer = provider.getTracer('catalog', service.version);

  return {
    record(request) {
      nextTraceId = request.traceId;
      const { parent } = request;
      const context = parent?.spanId
        ? trace.setSpanContext(ROOT_CONTEXT, {
            traceId: parent.traceId,
            spanId: parent.spanId,
            traceFlags: TraceFlags.SAMPLED,
            isRemote: true,
          })
        : ROOT_CONTEXT;
      const span = tracer.startSpan(
        request.route ? `${request.method} ${request.route}` : request.method,
        { kind: SpanKind.SERVER, attributes: requestAttributes(request) },
        context,
      );
      nextTraceId = '';
      const inSpan = trace.setSpan(ROOT_CONTEXT, span);
      return {
        spanId: span.spanContext().spanId,
        statement(statement) {
          const child = tracer.startSpan(
            `${statement.operation} ${statement.table}`,
            { kind: SpanKind.CLIENT, attributes: statementAttributes(statement, service.database) },
            inSpan,
          );
          return (error) => {
            if (error !== undefined) fail(child, error);
            child.end();
          };
        },
        end(status) {
          span.setAttribute('http.response.status_code', status);
          if (status >= 500) {
            span.setAttribute('error.type', String(status));
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
        },
      };
    },
    close: () => provider.shutdown(),
  };
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span */
function requestAttributes(request: RequestStart): Record<string, string | number> {
  const [host, port] = (request.headers.host ?? '').split(/:(?=\d+$)/);
  return {
    'http.request.method': request.method,
    'url.scheme': request.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http',
    'url.path': request.path,
    'network.protocol.version': request.httpVersion,
    ...(request.route && { 'http.route': request.route }),
    ...(request.query && { 'url.query': request.query }),
    ...(host && { 'server.address': host }),
    ...(port && { 'server.port': Number(port) }),
    ...(request.clientAddress && { 'client.address': request.clientAddress }),
    ...(request.headers['user-agent'] && { 'user_agent.original': request.headers['user-agent'] }),
  };
}

/** https://opentelemetry.io/docs/specs/semconv/database/postgresql/ */
function statementAttributes(statement: Statement, database: string): Record<string, string> {
  return {
    'db.system.name': 'postgresql',
    'db.namespace': database,
    'db.operation.name': statement.operation,
    'db.collection.name': statement.table,
    'db.query.text': statement.text,
  };
}

function fail(span: Span, error: unknown): void {
  const { code, message } = describe(error instanceof DatabaseUnavailable ? error.cause : error);
  span.setAttribute('error.type', code ?? 'unavailable');
  if (code !== undefined) span.setAttribute('db.response.status_code', code);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

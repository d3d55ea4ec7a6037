import type { SidecarPlan } from '@breakwater/plan';

/**
 * Configuration of the OpenTelemetry collector, as the text that it takes from `AOT_CONFIG_CONTENT` (JSON is YAML):
 * OTLP in from the containers of the same task, traces out to X-Ray. It refuses spans before its memory runs out, and passes the
 * sampler's questions for X-Ray's rules on. https://aws-otel.github.io/docs/getting-started/remote-sampling/
 */
export function collectorConfig(sidecar: Pick<SidecarPlan, 'memoryMiB'>, region: string): string {
  // Loopback only: the containers of a task share it, nobody else reaches it.
  const at = (port: number) => ({ endpoint: `127.0.0.1:${port}` });
  return JSON.stringify({
    extensions: { health_check: at(13133), awsproxy: { ...at(2000), region } },
    receivers: { otlp: { protocols: { grpc: at(4317), http: at(4318) } } },
    processors: {
      // First in line. A hard limit below the container's, so that it sheds load and is not killed.
      // https://github.com/open-telemetry/opentelemetry-collector/tree/main/processor/memorylimiterprocessor
      memory_limiter: {
        check_interval: '1s',
        limit_mib: Math.floor(sidecar.memoryMiB * 0.8),
        spike_limit_mib: Math.floor(sidecar.memoryMiB * 0.2),
      },
      batch: { timeout: '1s', send_batch_size: 50 },
    },
    exporters: { awsxray: { region } },
    service: {
      extensions: ['health_check', 'awsproxy'],
      pipelines: {
        traces: { receivers: ['otlp'], processors: ['memory_limiter', 'batch'], exporters: ['awsxray'] },
      },
    },
  });
}

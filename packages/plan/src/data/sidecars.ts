// Source and date: `SOURCES.sidecars` in source.ts.

/** Images of the tracing sidecars, pinned, with the task's share that each may take. */
export const SIDECARS = {
  otel: {
    name: 'otel-collector',
    kind: 'otel-collector',
    image: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0',
    cpuUnits: 64,
    memoryMiB: 128,
  },
  'xray-daemon': {
    name: 'xray-daemon',
    kind: 'xray-daemon',
    image: 'public.ecr.aws/xray/aws-xray-daemon:3.x',
    cpuUnits: 32,
    memoryMiB: 128,
  },
} as const;

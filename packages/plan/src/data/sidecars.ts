import type { Source } from './source.ts';

export const SIDECARS_SOURCE: Source = {
  title: 'AWS Distro for OpenTelemetry collector, releases',
  url: 'https://github.com/aws-observability/aws-otel-collector/releases',
  checked: '2026-11-20',
};

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

import { SIDECARS } from '../../data/sidecars.ts';
import type { TracingDefinition } from '../../definition/service.ts';
import type { TracingPlan } from '../../plan/service.ts';
import { collectorConfig } from '../collector-config.ts';
import type { Context, Result } from '../context.ts';
import { mapRecord } from '../context.ts';
import type { Draft } from '../mark.ts';

/** Sidecars that collect traces. */
export function tracing(
  _: unknown,
  context: Context,
): Result<{ readonly tracings: Readonly<Record<string, Draft<TracingPlan | null>>> }> {
  const t = context.tracer('tracing');
  const tracings = mapRecord(context.definition.services, (service, key): Draft<TracingPlan | null> => {
    const at = `services.${key}.tracing`;
    const given = service.tracing;
    if (given === undefined || given === false)
      return t.option<TracingPlan | null>(
        given === false ? null : undefined,
        at,
        null,
        'a sidecar takes a part of every task',
      );
    const options: TracingDefinition =
      typeof given === 'object' ? given : typeof given === 'string' ? { collector: given } : {};
    const collector = options.collector ?? 'otel';
    const { image, ...sidecar } = SIDECARS[collector];
    return {
      collector: t.option(
        options.collector,
        typeof given === 'string' ? at : `${at}.collector`,
        'otel',
        "X-Ray's own SDKs and daemon are in maintenance",
      ),
      sidecar: t.derived<TracingPlan['sidecar']>(
        {
          ...sidecar,
          image: t.option<string>(options.image, `${at}.image`, image, 'pinned by the defaults version'),
          // A service that cannot send traces still serves.
          essential: false,
          ...(collector === 'otel'
            ? {
                environment: { AOT_CONFIG_CONTENT: collectorConfig(sidecar.memoryMiB, context.region) },
                port: null,
                // The image has no shell, so no CMD-SHELL. https://github.com/aws-observability/aws-otel-collector/blob/main/examples/ecs/aws-cloudwatch/ecs-fargate-sidecar.json
                healthCheck: {
                  command: ['CMD', '/healthcheck'],
                  intervalSeconds: 5,
                  timeoutSeconds: 3,
                  retries: 2,
                },
              }
            : {
                environment: {},
                // UDP, for segments. https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon.html
                port: { number: 2000, protocol: 'udp' },
                healthCheck: null,
              }),
        },
        [at],
        'the sidecar of its collector',
      ),
      sampling: {
        reservoir: t.option(
          options.reservoir,
          `${at}.reservoir`,
          1,
          "X-Ray's own default: the first request of each second",
        ),
        rate: t.option(
          options.sample,
          `${at}.sample`,
          0.05,
          "X-Ray's own default: five percent of the others",
        ),
      },
    };
  });
  return { added: { tracings } };
}

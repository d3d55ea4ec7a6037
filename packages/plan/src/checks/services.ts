import { FARGATE_SIZES, memoryFor } from '../data/fargate.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import type { ServicePlan } from '../plan/service.ts';
import { isStaged } from '../strategy.ts';
import { showSeconds } from '../units.ts';
import { where } from './where.ts';

type Check = (service: ServicePlan, at: (field: string) => string, plan: Plan) => readonly Diagnostic[];

const gigabytes = (mebibytes: number) => `${mebibytes / 1024} GB`;

/** The sizes that Fargate has near the one asked for. */
function sizesNear(cpu: number, memory: number): string {
  const offered = memoryFor(cpu);
  if (offered.length > 0) {
    const shown =
      offered.length > 8
        ? `${gigabytes(offered[0] ?? 0)} to ${gigabytes(offered.at(-1) ?? 0)} in steps`
        : offered.map(gigabytes).join(', ');
    const fitting = FARGATE_SIZES.find((size) => size.memory.some((each) => each === memory));
    const other = fitting === undefined ? '' : ` ${memory} MiB come with ${fitting.cpu} CPU units.`;
    return `With ${cpu} CPU units Fargate offers ${shown}.${other}`;
  }
  return `CPU units are one of ${FARGATE_SIZES.map((size) => size.cpu).join(', ')}.`;
}

const size: Check = ({ cpuUnits, memoryMiB, tracing }, at) => {
  if (!memoryFor(cpuUnits).includes(memoryMiB)) {
    return [
      diagnostic('BW1301', at('cpuUnits'), {
        cpu: cpuUnits,
        memory: memoryMiB,
        allowed: sizesNear(cpuUnits, memoryMiB),
      }),
    ];
  }
  const sidecar = tracing?.sidecar;
  return sidecar !== undefined && (sidecar.cpuUnits >= cpuUnits || sidecar.memoryMiB >= memoryMiB)
    ? [
        diagnostic('BW1317', at('cpuUnits'), {
          cpu: cpuUnits,
          memory: memoryMiB,
          sidecarCpu: sidecar.cpuUnits,
          sidecarMemory: sidecar.memoryMiB,
        }),
      ]
    : [];
};

const scaling: Check = ({ scaling: planned, desiredCount, ingress }, at) => {
  if (planned === null) return [];
  const { minimum, maximum, policies, scheduled } = planned;
  const bounds = [
    ...(minimum > maximum ? [{ path: at('scaling.minimum').replace(/\.0$/, ''), minimum, maximum }] : []),
    ...scheduled.flatMap((each, index) =>
      each.minimum !== null && each.maximum !== null && each.minimum > each.maximum
        ? [{ path: at(`scaling.scheduled.${index}.minimum`), minimum: each.minimum, maximum: each.maximum }]
        : [],
    ),
  ].map(({ path, ...values }) => diagnostic('BW1302', path, values));
  const desired =
    minimum <= maximum && (desiredCount < minimum || desiredCount > maximum)
      ? [diagnostic('BW1303', at('desiredCount'), { desired: desiredCount, minimum, maximum })]
      : minimum <= maximum && desiredCount > minimum
        ? [diagnostic('BW1321', at('desiredCount'), { desired: desiredCount, minimum })]
        : [];
  const metrics = policies.flatMap(({ metric }, index) => {
    const path = at(`scaling.policies.${index}.target`);
    if (metric === 'memory') return [diagnostic('BW1310', path)];
    if (metric !== 'requests-per-target') return [];
    if (ingress === null) return [diagnostic('BW1313', path)];
    return ingress.targetGroups.length > 1 ? [diagnostic('BW1308', path)] : [];
  });
  return [...bounds, ...desired, ...metrics];
};

const capacityPath = (at: (field: string) => string) =>
  at('capacity.0.weight').replace(/\.(?:spot|onDemand)$/, '');

const capacity: Check = ({ capacity: providers }, at) => {
  if (providers.every(({ weight, base }) => weight === 0 && base === 0))
    return [diagnostic('BW1309', capacityPath(at))];
  const spot = providers.some(
    ({ provider, weight, base }) => provider === 'FARGATE_SPOT' && weight + base > 0,
  );
  const steady = providers.some(({ provider, base }) => provider === 'FARGATE' && base > 0);
  return spot && !steady ? [diagnostic('BW1307', capacityPath(at))] : [];
};

/** Bounds of a rolling deployment, as ECS computes them: the lower rounds up, the upper down. */
const deployment: Check = ({ key, deployment: planned, desiredCount, scaling: limits }, at, plan) => {
  const { minimumHealthyPercent, maximumPercent, strategy, availabilityZoneRebalancing } = planned;
  const found: Diagnostic[] = [];
  if (availabilityZoneRebalancing && maximumPercent <= 100)
    found.push(
      diagnostic('BW1305', at('deployment.availabilityZoneRebalancing'), { maximum: maximumPercent }),
    );
  if (isStaged(strategy)) return found;
  // Whichever of the two the author wrote is the one to change.
  const lowered = plan.origins[`services.${key}.deployment.minimumHealthyPercent`]?.kind === 'given';
  const percent = lowered ? 'deployment.minimumHealthyPercent' : 'deployment.maximumPercent';
  const counts = new Set([desiredCount, limits?.minimum ?? desiredCount]);
  for (const desired of [...counts].filter((each) => each > 0).sort((a, b) => a - b)) {
    const lower = Math.ceil((desired * minimumHealthyPercent) / 100);
    const upper = Math.floor((desired * maximumPercent) / 100);
    if (lower < desired || upper > desired) continue;
    found.push(
      diagnostic('BW1304', at(percent), {
        desired,
        minimum: minimumHealthyPercent,
        maximum: maximumPercent,
        lower,
        upper,
      }),
    );
    break;
  }
  return found;
};

const health: Check = ({ ingress, stopTimeoutSeconds }, at) => {
  if (ingress === null) return [];
  const { intervalSeconds, timeoutSeconds } = ingress.health;
  const drain = ingress.deregistrationDelaySeconds;
  return [
    ...(timeoutSeconds >= intervalSeconds
      ? [
          diagnostic('BW1306', at('ingress.health.timeoutSeconds'), {
            timeout: timeoutSeconds,
            interval: intervalSeconds,
          }),
        ]
      : []),
    ...(drain > stopTimeoutSeconds
      ? [
          diagnostic('BW1311', at('stopTimeoutSeconds'), {
            drain: showSeconds(drain),
            stop: showSeconds(stopTimeoutSeconds),
          }),
        ]
      : []),
  ];
};

const paths: Check = ({ ingress }, at) => {
  const routes = ingress?.paths ?? [];
  return routes.flatMap((route, index) => {
    const root = route.endsWith('/*') ? route.slice(0, -2) : '';
    if (root === '' || root.includes('*') || routes.includes(root)) return [];
    return [
      diagnostic('BW1403', at(`ingress.paths.${index}`).replace(/(\.routes)$/, `$1.${index}`), {
        route,
        root,
      }),
    ];
  });
};

const runtime: Check = ({ readonlyRootFilesystem, executeCommand, tracing, port }, at) => [
  ...(readonlyRootFilesystem && executeCommand ? [diagnostic('BW1312', at('readonlyRootFilesystem'))] : []),
  ...(tracing?.collector === 'xray-daemon' ? [diagnostic('BW1318', at('tracing.collector'))] : []),
  ...(tracing?.collector === 'otel' && [4317, 4318].includes(port)
    ? [diagnostic('BW1509', at('port'), { port, other: 'the OpenTelemetry collector' })]
    : []),
];

const CHECKS: readonly Check[] = [size, scaling, capacity, deployment, health, paths, runtime];

/** Rules between the values of each service. */
export function checkServices(plan: Plan): readonly Diagnostic[] {
  return Object.values(plan.services).flatMap((service) => {
    const at = (field: string) => where(plan, `services.${service.key}.${field}`);
    return CHECKS.flatMap((check) => check(service, at, plan));
  });
}

import type { Plan } from '@breakwater/plan';
import { type Alarms, createAlarms } from '../alarms/alarms.ts';
import { resolveMetric } from '../metrics/index.ts';
import { createUsageSampler, listeningPorts } from '../processes/index.ts';
import { type Autoscaler, createAutoscaler } from '../scaling/autoscaler.ts';
import type { DecisionLog } from '../scaling/decision-log.ts';
import type { ServiceTask } from '../services/service-task.ts';
import { MOST_PERIODS_60_S, readDatapoints } from './datapoints.ts';
import type { Foundation } from './foundation.ts';
import { createMeasurer, type Measurer } from './measure.ts';
import { silentTaskHint } from './problems.ts';
import type { RunningSystem } from './running-system.ts';

/** What happens by itself while the system runs. */
export interface Loop {
  readonly alarms: Alarms;
  readonly measurer: Measurer;
  /** What to tell of a service whose task does not answer; null when there is nothing. */
  hint(service: string): string | null;
  /** Reconcile soon: something has changed. */
  poke(): void;
  stop(): void;
}

const MEASURE_MS = 1_000;
/** Reconciling is cheap; waits such as bakes and back-off end with this grain. */
const RECONCILE_MS = 200;

/** Starts the loop: measure, scale, judge alarms, reconcile. */
export function startLoop(
  plan: Plan,
  base: Foundation,
  system: () => RunningSystem | null,
  decisions: DecisionLog,
): Loop {
  const { clock, metrics, events, say } = base;
  const measurer = createMeasurer(createUsageSampler(), metrics, clock.timeScale);
  const hints = new Map<string, string>();
  const scalers = new Map<string, Autoscaler>();
  let poked = false;
  let stopped = false;
  let measuring = false;
  let lastTrouble = '';

  const alarms = createAlarms(
    Object.values(plan.alarms),
    clock.scaled(),
    (alarm) => {
      const resolved = resolveMetric(alarm.metric, plan.services);
      if (resolved.kind === 'none') return null;
      const { metric, service, group, statistic, periodSeconds, factor } = resolved;
      const store = resolved.store === 'calls' ? base.callMetrics : metrics;
      const count = alarm.evaluationPeriods + MOST_PERIODS_60_S;
      const points = readDatapoints(
        store,
        clock,
        { metric, service, group },
        { statistic, periodSeconds, count },
      );
      return factor === 1 ? points : points.map((point) => ({ ...point, value: point.value * factor }));
    },
    (alarm, state, reason) =>
      events.publish({
        kind: 'alarm',
        alarm: alarm.name,
        state,
        message: `${alarm.name} is ${state}: ${reason}`,
      }),
  );

  function scalerOf(key: string): Autoscaler | null {
    const known = scalers.get(key);
    if (known !== undefined) return known;
    const service = system()?.services.get(key);
    const scaling = service?.plan().scaling ?? null;
    if (service === undefined || scaling === null || scaling.policies.length === 0) return null;
    const scaler = createAutoscaler(
      {
        name: key,
        policies: scaling.policies,
        limits: () => service.limits(),
        counts: () => {
          const { running, desired } = service.counts();
          return { running, desired, deploymentInProgress: service.isDeploying() };
        },
        setDesired(to, decision) {
          events.publish({
            kind: 'scaling',
            service: key,
            from: decision.from,
            to,
            decision,
            message: decision.reason,
          });
          service.setDesired(to);
        },
        datapoints: (policy) => {
          const periodSeconds = policy.resolutionSeconds;
          const metric = {
            cpu: 'CPUUtilization',
            memory: 'MemoryUtilization',
            'requests-per-target': 'RequestCountPerTarget',
          } as const;
          const statistic = policy.metric === 'requests-per-target' ? 'Sum' : 'Average';
          const count = (MOST_PERIODS_60_S * 60) / periodSeconds;
          return readDatapoints(
            metrics,
            clock,
            { metric: metric[policy.metric], service: key },
            { statistic, periodSeconds, count },
          );
        },
      },
      clock.scaled(),
    );
    scalers.set(key, scaler);
    return scaler;
  }

  async function measure(): Promise<void> {
    const running = system();
    if (running === null || measuring) return;
    measuring = true;
    try {
      const inFlight = inFlightOf(running);
      await measurer.measure([...running.services.values()], clock.now(), inFlight);
      running.connect.measure();
      alarms.step(clock.scaled());
      for (const key of running.services.keys()) {
        const decision = scalerOf(key)?.step(clock.scaled()) ?? null;
        if (decision !== null) decisions.add({ ...decision, at: clock.real(decision.at) });
      }
      for (const [key, service] of running.services) {
        const [found] = (
          await Promise.all(service.tasks().map((task) => silentTaskHint(task, clock.now(), listeningPorts)))
        ).filter((hint) => hint !== null);
        if (found === undefined) hints.delete(key);
        else {
          if (!hints.has(key)) say(found);
          hints.set(key, found);
        }
      }
    } finally {
      measuring = false;
    }
  }

  function reconcile(): void {
    poked = false;
    if (stopped) return;
    for (const service of system()?.services.values() ?? []) {
      try {
        service.reconcile();
      } catch (error) {
        // One service's trouble is not the others', and the next turn tries again.
        tellOnce(`The scheduler of ${service.key} failed`, error);
      }
    }
  }

  /** The same trouble each second is told once. */
  function tellOnce(what: string, error: unknown): void {
    const trouble = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    if (trouble !== lastTrouble) say(trouble);
    lastTrouble = trouble;
  }

  const timers = [
    setInterval(() => {
      measure().catch((error: unknown) => tellOnce('Measuring failed', error));
    }, MEASURE_MS),
    setInterval(reconcile, RECONCILE_MS),
  ];
  return {
    alarms,
    measurer,
    hint: (service) => hints.get(service) ?? null,
    poke() {
      if (poked) return;
      poked = true;
      setImmediate(reconcile);
    },
    stop() {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** Requests in flight by task. */
export function inFlightOf(system: RunningSystem): (task: ServiceTask) => number {
  const counts = new Map(system.router.targetHealth().map(({ id, inFlight }) => [id, inFlight]));
  return (task) => (counts.get(task.id) ?? 0) + system.connect.inFlight(task.id);
}

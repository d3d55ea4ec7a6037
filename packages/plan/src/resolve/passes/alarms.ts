import type { AlarmDefinition, AlarmName, ServiceDefinition } from '../../definition/service.ts';
import type { AlarmPlan, MetricPlan, TopicPlan } from '../../plan/observability.ts';
import type { Context, Names, Result } from '../context.ts';
import { sorted } from '../context.ts';
import { type Draft, plain, type Tracer } from '../mark.ts';
import { metricsOf } from '../metrics.ts';
import { seconds } from '../shapes.ts';
import { alarmGroups } from './deployment.ts';
import { alarmKey } from './names.ts';

export interface AlarmParts {
  readonly alarms: Readonly<Record<string, Draft<AlarmPlan>>>;
  readonly topics: Readonly<Record<string, Draft<TopicPlan>>>;
}

/** What each alarm watches, and the threshold it has unless the definition gives one; null: only when asked for. */
interface Kind {
  readonly description: (service: string, threshold: number) => string;
  readonly comparison: AlarmPlan['comparison'];
  readonly treatMissingData: AlarmPlan['treatMissingData'];
  readonly threshold: (service: ServiceDefinition, insights: boolean) => number | null;
  /** What stands in for a threshold when the alarm is asked for without one. */
  readonly usual: number;
  readonly needsRoutes: boolean;
}

function minimumOf(service: ServiceDefinition): number {
  const tasks = service.scaling?.tasks ?? [2, 4];
  return typeof tasks === 'number' ? tasks : tasks[0];
}

const KINDS: Readonly<Record<AlarmName, Kind>> = {
  cpu: {
    description: (service, threshold) => `CPU of ${service} above ${threshold} %`,
    comparison: 'GreaterThanThreshold',
    treatMissingData: 'missing',
    threshold: () => 80,
    usual: 80,
    needsRoutes: false,
  },
  memory: {
    description: (service, threshold) => `Memory of ${service} above ${threshold} %`,
    comparison: 'GreaterThanThreshold',
    treatMissingData: 'missing',
    threshold: () => null,
    usual: 85,
    needsRoutes: false,
  },
  runningTasks: {
    description: (service, threshold) => `Fewer than ${threshold} tasks of ${service} running`,
    comparison: 'LessThanThreshold',
    // Without a task there is no datapoint.
    treatMissingData: 'breaching',
    threshold: (service, insights) => (insights && minimumOf(service) > 0 ? minimumOf(service) : null),
    usual: 1,
    needsRoutes: false,
  },
  unhealthyHosts: {
    description: (service, threshold) => `More than ${threshold} tasks of ${service} fail their health check`,
    comparison: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
    threshold: () => null,
    usual: 0,
    needsRoutes: true,
  },
  errors: {
    description: (service, threshold) => `More than ${threshold} answers 5xx of ${service} in a period`,
    comparison: 'GreaterThanThreshold',
    // The load balancer publishes nothing while there is no traffic.
    treatMissingData: 'notBreaching',
    threshold: () => null,
    usual: 10,
    needsRoutes: true,
  },
  latency: {
    description: (service, threshold) => `99 % of the answers of ${service} take more than ${threshold} s`,
    comparison: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
    threshold: () => null,
    usual: 1,
    needsRoutes: true,
  },
};

type Options = Exclude<AlarmDefinition, number | false>;

function alarmOf(
  t: Tracer,
  key: string,
  name: AlarmName,
  group: 'blue' | 'green' | null,
  service: ServiceDefinition,
  insights: boolean,
  names: Names,
  context: Context,
): Draft<AlarmPlan> | null {
  const kind = KINDS[name];
  const given = service.alarms?.[name];
  const at = `services.${key}.alarms.${name}`;
  const usual = kind.threshold(service, insights);
  if (
    given === false ||
    (given === undefined && usual === null) ||
    (kind.needsRoutes && service.routes === undefined)
  )
    return null;
  const options: Options = typeof given === 'object' ? given : {};
  const threshold = typeof given === 'number' ? given : (options.threshold ?? usual ?? kind.usual);
  const periods = options.periods ?? 2;
  const metric = metricsOf(context, names).service(key, group)[name];
  const period = t.read(options.period, `${at}.period`, seconds, 60, 'the finest that costs nothing more');
  const id = alarmKey(key, name, group);
  const watched = group === null ? key : `${key} (${group})`;
  return {
    key: t.derived(id, [at], 'its service and kind'),
    name: names('alarm', id),
    description: t.derived(kind.description(watched, threshold), [at], 'what it watches'),
    service: t.derived<string | null>(key, [at], 'its service'),
    metric: t.derived<MetricPlan>({ ...metric, periodSeconds: period }, [at], 'the metric that shows it'),
    comparison: t.derived(kind.comparison, [at], 'what is bad'),
    threshold:
      typeof given === 'number'
        ? t.given(threshold, at)
        : t.option(
            options.threshold,
            `${at}.threshold`,
            threshold,
            name === 'runningTasks' ? 'the minimum of its tasks' : 'leaves time to act',
          ),
    evaluationPeriods: t.option(options.periods, `${at}.periods`, 2, 'one period may be chance'),
    datapointsToAlarm: t.option(options.datapoints, `${at}.datapoints`, periods, 'all of them'),
    treatMissingData: t.derived(kind.treatMissingData, [at], 'what it means that there is no datapoint'),
    notifies: t.option(
      options.notify,
      `${at}.notify`,
      (context.definition.alarms?.notify ?? []).length > 0,
      'whoever is named under alarms.notify',
    ),
  };
}

/** Alarms of the services and the topic that they notify. */
export function alarms({ names }: { readonly names: Names }, context: Context): Result<AlarmParts> {
  const t = context.tracer('alarms');
  const { definition } = context;
  const insights = (definition.cluster?.insights ?? 'enabled') !== 'disabled';
  const kinds: readonly AlarmName[] = [
    'cpu',
    'memory',
    'runningTasks',
    'unhealthyHosts',
    'errors',
    'latency',
  ];
  const entries = sorted(definition.services).flatMap(([key, service]) =>
    kinds.flatMap((name) =>
      alarmGroups(service, name).flatMap((group) => {
        const alarm = alarmOf(t, key, name, group, service, insights, names, context);
        return alarm === null ? [] : [[alarmKey(key, name, group), alarm] as const];
      }),
    ),
  );
  const subscribers = definition.alarms?.notify ?? [];
  const topics: Readonly<Record<string, Draft<TopicPlan>>> =
    subscribers.length === 0
      ? {}
      : {
          alarms: {
            key: t.derived('alarms', ['alarms.notify'], 'what it is for'),
            name: names('topic', 'alarms'),
            subscribers: t.given<TopicPlan['subscribers']>(
              subscribers.map((endpoint) => ({
                protocol: endpoint.startsWith('https://') ? 'https' : 'email',
                endpoint,
              })),
              'alarms.notify',
            ),
            encryptionKey: t.defaulted<string | null>(null, 'alarms', 'alarms hold no secrets'),
            enforceTls: t.defaulted(true, 'alarms', 'plain HTTP is refused'),
          },
        };
  return { added: { alarms: Object.fromEntries(entries), topics } };
}

/** Keys of the alarms of one service. */
export function alarmKeys(alarms: AlarmParts['alarms'], service: string): readonly string[] {
  return Object.entries(alarms).flatMap(([key, alarm]) =>
    plain<AlarmPlan>(alarm).service === service ? [key] : [],
  );
}

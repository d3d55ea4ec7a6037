import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import { where } from './where.ts';

/** Rules about alarms and the deployments that they roll back. */
export function checkAlarms(plan: Plan): readonly Diagnostic[] {
  const alarms = Object.values(plan.alarms).flatMap((alarm) => {
    const at = (field: string) => where(plan, `alarms.${alarm.key}.${field}`);
    return [
      ...(alarm.datapointsToAlarm > alarm.evaluationPeriods
        ? [
            diagnostic('BW1319', at('datapointsToAlarm'), {
              datapoints: alarm.datapointsToAlarm,
              periods: alarm.evaluationPeriods,
            }),
          ]
        : []),
      ...(alarm.metric.namespace === 'ECS/ContainerInsights' && plan.cluster.containerInsights === 'disabled'
        ? [diagnostic('BW1316', at('threshold'))]
        : []),
    ];
  });
  const rollbacks = Object.values(plan.services).flatMap(({ key, deployment: { rollbackAlarms } }) =>
    rollbackAlarms.flatMap((name, index) => {
      if (Object.hasOwn(plan.alarms, name)) return [];
      // The alarm on the second target group comes and goes with the one on the first.
      if (name.endsWith('-green') && rollbackAlarms.includes(name.slice(0, -'-green'.length))) return [];
      const known = Object.values(plan.alarms).flatMap((alarm) => (alarm.service === key ? [alarm.key] : []));
      return [
        diagnostic('BW1320', where(plan, `services.${key}.deployment.rollbackAlarms.${index}`), {
          name,
          known: known.join(', ') || 'none',
        }),
      ];
    }),
  );
  return [...alarms, ...rollbacks];
}

import { type Diagnostic, definitionPathOf, diagnostic, type Plan } from '@breakwater/plan';

/**
 * What of a plan Pulumi's provider cannot deploy, as findings: whoever has one ends before anything is registered. `System` and
 * `programOf` look by themselves.
 *
 * @example
 * const { diagnostics } = resolve(definition, { env: 'dev', checks: [checkForPulumi] });
 */
export function checkForPulumi(plan: Plan): readonly Diagnostic[] {
  return Object.values(plan.services).flatMap(({ key, scaling }) => {
    // Requests are counted every minute and no finer, whatever is asked for.
    const fine = (scaling?.policies ?? []).flatMap(({ metric, resolutionSeconds }, index) =>
      resolutionSeconds === 20 && metric !== 'requests-per-target' ? [{ metric, index }] : [],
    );
    const [first] = fine;
    if (first === undefined) return [];
    const path = definitionPathOf(plan, `services.${key}.scaling.policies.${first.index}.resolutionSeconds`);
    return [
      diagnostic('BW1701', path, {
        service: key,
        metrics: fine.map(({ metric }) => metric).join(' and '),
      }),
    ];
  });
}

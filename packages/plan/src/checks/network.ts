import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { SubnetTier } from '../plan/network.ts';
import type { Plan } from '../plan/plan.ts';
import { where } from './where.ts';

/** Everything that stands in a tier finds subnets there. */
function checkTiers(plan: Plan): readonly Diagnostic[] {
  const tiers = new Set(plan.network.subnets.map(({ tier }) => tier));
  const users: readonly { readonly tier: SubnetTier; readonly user: string; readonly path: string }[] = [
    ...(plan.loadBalancer === null
      ? []
      : [
          {
            tier: plan.loadBalancer.subnetTier,
            user: 'the load balancer',
            path: `network.subnets.${plan.loadBalancer.subnetTier}`,
          },
        ]),
    ...Object.values(plan.services).map(({ key, subnetTier }) => ({
      tier: subnetTier,
      user: `service ${key}`,
      path: `network.subnets.${subnetTier}`,
    })),
    ...Object.values(plan.databases).map(({ key, subnetTier }) => ({
      tier: subnetTier,
      user: `database ${key}`,
      path: where(plan, `databases.${key}.subnetTier`),
    })),
  ];
  return users.flatMap(({ tier, user, path }) =>
    tiers.has(tier) ? [] : [diagnostic('BW1208', path, { tier, user })],
  );
}

/** Tasks without NAT need endpoints for whatever they fetch before they run. */
function checkEgress(plan: Plan): readonly Diagnostic[] {
  const { natGateways, endpoints } = plan.network;
  const services = Object.values(plan.services).filter(({ assignPublicIp }) => !assignPublicIp);
  if (natGateways.length > 0 || services.length === 0) return [];
  const has = new Set(endpoints.map(({ service }) => service));
  const needed = [
    'ecr.api',
    'ecr.dkr',
    'logs',
    's3',
    ...(services.some(({ secrets }) => Object.keys(secrets).length > 0) ? ['secretsmanager'] : []),
  ];
  const missing = needed.filter((service) => !has.has(service));
  const images = services.flatMap(({ key, image, tracing }) => [
    ...(image.kind === 'image' && !/\.dkr\.ecr\./.test(image.reference)
      ? [{ path: where(plan, `services.${key}.image.reference`), image: image.reference }]
      : []),
    ...(tracing !== null && !/\.dkr\.ecr\./.test(tracing.sidecar.image)
      ? [{ path: where(plan, `services.${key}.tracing.sidecar.image`), image: tracing.sidecar.image }]
      : []),
  ]);
  return [
    ...(missing.length === 0 ? [] : [diagnostic('BW1209', 'network.nat', { missing: missing.join(', ') })]),
    ...images.map(({ path, image }) => diagnostic('BW1210', path, { image })),
  ];
}

/** Rules between the network and what stands in it. */
export function checkNetwork(plan: Plan): readonly Diagnostic[] {
  return [...checkTiers(plan), ...checkEgress(plan)];
}

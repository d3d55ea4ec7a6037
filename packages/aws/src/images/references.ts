import type { Plan } from '@breakwater/plan';
import type { Session } from '../session.ts';
import { builtServices, type Images } from './resolve-images.ts';

/** Digests as references that a task definition takes: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/repo@sha256:…`. */
export function imageReferences(
  session: Session,
  plan: Plan,
  images: Images,
): Readonly<Record<string, string>> {
  const domain = session.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const registry = `${session.account}.dkr.ecr.${session.region}.${domain}`;
  return Object.fromEntries(
    builtServices(plan).flatMap(({ service }) => {
      const digest = images[service.key];
      if (digest === undefined || service.registry === null) return [];
      return [[service.key, `${registry}/${service.registry.name}@${digest}`]];
    }),
  );
}

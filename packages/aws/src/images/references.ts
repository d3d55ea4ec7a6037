import type { Plan } from '@breakwater/plan';
import type { Session } from '../session.ts';
import { builtServices, type Images } from './resolve-images.ts';

/** Stands for an image that is not built yet: templates of repositories depend on whether an image is named by digest, not on which. */
const UNKNOWN = `sha256:${'0'.repeat(64)}`;

/** Digests as references that a task definition takes: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/repo@sha256:…`; for a service without one, a reference to no image. */
export function imageReferences(
  session: Session,
  plan: Plan,
  images: Images,
): Readonly<Record<string, string>> {
  const domain = session.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const registry = `${session.account}.dkr.ecr.${session.region}.${domain}`;
  return Object.fromEntries(
    builtServices(plan).flatMap(({ service }) => {
      const digest = images[service.key] ?? UNKNOWN;
      if (service.registry === null) return [];
      return [[service.key, `${registry}/${service.registry.name}@${digest}`]];
    }),
  );
}

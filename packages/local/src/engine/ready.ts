import type { Service } from '../services/service.ts';
import { EngineError } from '../state/engine-error.ts';

/** Whether every service has its tasks, and whether one can never get them. */
export type Readiness =
  | { readonly state: 'ready' }
  | { readonly state: 'starting' }
  | { readonly state: 'failed'; readonly error: EngineError };

export function readiness(services: Iterable<Service>): Readiness {
  let all = true;
  for (const service of services) {
    const [first] = service.deployments();
    if (service.deployments().length === 1 && first?.state === 'FAILED') {
      return {
        state: 'failed',
        error: new EngineError(
          'SERVICE_FAILED',
          `${service.key} does not start. ${first.reason}`,
          'Look at its logs, correct it and start again.',
        ),
      };
    }
    const { desired, running, healthy } = service.counts();
    // A service without a target group has no health to wait for.
    const up = service.plan().ingress === null ? running : healthy;
    if (up < desired) all = false;
  }
  return { state: all ? 'ready' : 'starting' };
}

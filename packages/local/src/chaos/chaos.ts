import { SPOT_STOP_CODE, SPOT_STOPPED_REASON } from '@breakwater/behaviour';
import type { ChaosAnswer, ChaosRequest } from '@breakwater/protocol';
import type { Service } from '../services/service.ts';
import type { ServiceTask } from '../services/service-task.ts';
import { EngineError } from '../state/engine-error.ts';
import type { Store } from '../stores/store.ts';

/** What chaos works on. */
export interface ChaosTargets {
  readonly services: ReadonlyMap<string, Service>;
  readonly stores: ReadonlyMap<string, Store>;
  readonly zones: readonly string[];
  /** Zones that are lost; changed here. */
  readonly lost: Set<string>;
  /** SIGKILL to everything of the task. */
  readonly kill: (task: ServiceTask) => void;
  readonly onChaos: (action: string, message: string) => void;
}

/** Makes happen on purpose what will happen one day. */
export async function makeChaos(targets: ChaosTargets, request: ChaosRequest): Promise<ChaosAnswer> {
  const answer = await act(targets, request);
  targets.onChaos(request.action, answer.message);
  for (const service of targets.services.values()) service.reconcile();
  return answer;
}

async function act(targets: ChaosTargets, request: ChaosRequest): Promise<ChaosAnswer> {
  switch (request.action) {
    case 'stop-task': {
      const { service, task } = findTask(targets, request.task);
      service.stopTask(task, { stopCode: 'UserInitiated', reason: 'Task stopped by chaos' });
      return { message: `Task ${short(task)} of ${service.key} is being stopped.`, tasks: [task.id] };
    }
    case 'kill-task': {
      const { service, task } = findTask(targets, request.task);
      targets.kill(task);
      return { message: `Task ${short(task)} of ${service.key} was killed.`, tasks: [task.id] };
    }
    case 'reclaim-spot': {
      if (request.service !== undefined && !targets.services.has(request.service))
        throw unknownService(targets, request.service);
      const taken: string[] = [];
      for (const service of targets.services.values()) {
        if (request.service !== undefined && service.key !== request.service) continue;
        for (const task of service.tasks()) {
          if (task.capacityProvider !== 'FARGATE_SPOT' || !isUp(task)) continue;
          service.stopTask(task, { stopCode: SPOT_STOP_CODE, reason: SPOT_STOPPED_REASON });
          taken.push(task.id);
        }
      }
      return { message: `${taken.length} Spot tasks got their warning.`, tasks: taken };
    }
    case 'lose-zone': {
      checkZone(targets, request.zone);
      if (targets.zones.every((zone) => zone === request.zone || targets.lost.has(zone))) {
        throw new EngineError(
          'CONFLICT',
          `${request.zone} is the last zone that is left.`,
          'Restore another one first.',
        );
      }
      targets.lost.add(request.zone);
      const hit: string[] = [];
      for (const service of targets.services.values()) {
        for (const task of service.tasks()) {
          if (task.zone !== request.zone || !isUp(task)) continue;
          targets.kill(task);
          hit.push(task.id);
        }
      }
      return { message: `Zone ${request.zone} is lost, with ${hit.length} tasks.`, tasks: hit };
    }
    case 'restore-zone':
      checkZone(targets, request.zone);
      targets.lost.delete(request.zone);
      return { message: `Zone ${request.zone} is back.`, tasks: [] };
    case 'slow-database':
      await findStore(targets, request.database).setDelay(request.delayMs);
      return {
        message:
          request.delayMs === 0
            ? `${request.database} answers at its own speed again.`
            : `${request.database} answers ${request.delayMs} ms late.`,
        tasks: [],
      };
    case 'stop-database':
      await findStore(targets, request.database).crash();
      return { message: `${request.database} was stopped as by a crash.`, tasks: [] };
    case 'start-database':
      await findStore(targets, request.database).start();
      return { message: `${request.database} is starting.`, tasks: [] };
  }
}

const short = (task: ServiceTask): string => task.id.slice(0, 8);
const isUp = (task: ServiceTask): boolean => !task.leaving && task.state !== 'STOPPED';

/** A task by its id or the first characters of it. */
function findTask(
  targets: ChaosTargets,
  id: string,
): { readonly service: Service; readonly task: ServiceTask } {
  const found = [...targets.services.values()].flatMap((service) =>
    service
      .tasks()
      .filter((task) => isUp(task) && task.id.startsWith(id))
      .map((task) => ({ service, task })),
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new EngineError(
    found.length === 0 ? 'NOT_FOUND' : 'CONFLICT',
    found.length === 0
      ? `No running task's id begins with '${id}'.`
      : `${found.length} tasks' ids begin with '${id}'.`,
    'List the tasks with `breakwater ps`.',
  );
}

function findStore(targets: ChaosTargets, key: string): Store {
  const store = targets.stores.get(key);
  if (store !== undefined) return store;
  throw new EngineError(
    'NOT_FOUND',
    `There is no database '${key}'.`,
    `Databases: ${[...targets.stores.keys()].join(', ') || 'none'}.`,
  );
}

function unknownService(targets: ChaosTargets, key: string): EngineError {
  return new EngineError(
    'NOT_FOUND',
    `There is no service '${key}'.`,
    `Services: ${[...targets.services.keys()].join(', ')}.`,
  );
}

function checkZone(targets: ChaosTargets, zone: string): void {
  if (targets.zones.includes(zone)) return;
  throw new EngineError('NOT_FOUND', `There is no zone '${zone}'.`, `Zones: ${targets.zones.join(', ')}.`);
}

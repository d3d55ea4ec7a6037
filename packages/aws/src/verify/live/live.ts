import type { Plan } from '@breakwater/plan';
import type { Session } from '../../session.ts';
import type { HttpOptions } from '../http.ts';
import { type Clients, createClients } from './clients.ts';
import { type ContainersReader, readContainers } from './containers.ts';
import { type DataReader, readData } from './data.ts';
import { type LoadBalancingReader, readLoadBalancing } from './load-balancing.ts';
import { type NetworkReader, readNetwork } from './network.ts';
import { type OperationsReader, readOperations } from './operations.ts';

/** A system as it is in its account. Each question is put to AWS once, however many checks ask it. */
export interface Live {
  readonly plan: Plan;
  readonly session: Session;
  readonly outputs: Readonly<Record<string, string>>;
  readonly http: HttpOptions;
  readonly signal: AbortSignal | null;
  readonly clients: Clients;
  readonly network: NetworkReader;
  readonly containers: ContainersReader;
  readonly loadBalancing: LoadBalancingReader;
  readonly data: DataReader;
  readonly operations: OperationsReader;
}

/** What a system is looked at with. */
export interface LiveInput {
  readonly plan: Plan;
  readonly outputs: Readonly<Record<string, string>>;
  readonly http?: HttpOptions;
  readonly signal?: AbortSignal;
}

/** A system in an account, to be asked about. Nothing is asked yet. */
export function openLive(session: Session, { plan, outputs, http, signal }: LiveInput): Live {
  const clients = createClients(session);
  return {
    plan,
    session,
    outputs,
    http: http ?? {},
    signal: signal ?? null,
    clients,
    network: readNetwork(clients, plan, outputs),
    containers: readContainers(clients, plan),
    loadBalancing: readLoadBalancing(clients, plan),
    data: readData(clients, plan),
    operations: readOperations(clients, session, plan),
  };
}

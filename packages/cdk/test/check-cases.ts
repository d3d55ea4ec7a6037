import type { Plan } from '@breakwater/plan';
import { auroraPostgres, bucket, defineSystem, existingSecret, postgres, table } from 'breakwater';

/** A system in which every rule is silent. */
export const sound = defineSystem({
  name: 'sound',
  region: 'eu-west-1',
  network: { zones: 2, nat: 'per-zone', flowLogs: { retention: '90 days' } },
  domain: 'shop.example.com',
  // Below the keep-alive of any server.
  loadBalancer: { accessLogs: true, idleTimeout: '4 s' },
  logs: { retention: '90 days', customerKey: true },
  alarms: { notify: ['ops@example.com'] },
  stores: {
    db: auroraPostgres({ readers: 1, credentials: existingSecret('sound/db', ['username', 'password']) }),
    plain: postgres({ multiAz: true, credentials: existingSecret('sound/plain', ['username', 'password']) }),
    items: table({ partitionKey: 'id' }),
    files: bucket({ versioned: true }),
  },
  services: {
    web: {
      image: './web',
      routes: ['/*'],
      health: { path: '/health', grace: '60 s' },
      scaling: {
        tasks: [2, 4],
        cpu: 60,
        schedule: [{ name: 'day', at: 'cron(0 8 * * ? *)', tasks: [3, 4] }],
      },
      capacity: { onDemand: { weight: 1, base: 1 }, spot: { weight: 1 } },
      registry: { scanOnPush: true, keep: 10 },
      tracing: true,
      readonlyRoot: true,
      exec: false,
      uses: ['db', 'plain', 'items', 'files'],
    },
  },
  environments: { prod: { protect: true } },
});

/** A plan that may be changed. */
// A plan is frozen JSON: its copy is the same without `readonly`, which TypeScript cannot say of the whole depth by itself.
export type Loose<T> = T extends object ? { -readonly [Key in keyof T]: Loose<T[Key]> } : T;

/** Resources of a template that may be changed. */
export interface LooseResource {
  readonly stack: string;
  readonly id: string;
  readonly Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
}

/** Lets a case change templates. */
export interface Editor {
  /** The first resource of a type, optionally one whose JSON contains a text. */
  readonly first: (type: string, containing?: string) => LooseResource;
  /** Adds a resource to the first stack. */
  readonly add: (type: string, properties: Record<string, unknown>, more?: Record<string, unknown>) => void;
  readonly outputs: Record<string, unknown>;
}

/** What breaks a rule. */
export interface Case {
  readonly rule: string;
  /** When a rule has several. */
  readonly about?: string;
  readonly env?: string;
  readonly plan?: (plan: Loose<Plan>) => void;
  readonly templates?: (editor: Editor) => void;
  /** What the finding must say. */
  readonly says: RegExp;
  readonly severity?: 'error' | 'warning' | 'info';
}

/** The entry of a record; fails when it is not there. */
export function entry<T>(record: Record<string, T>, key: string): T {
  const found = record[key];
  if (found === undefined) throw new Error(`there is no ${key} among ${Object.keys(record).join(', ')}`);
  return found;
}

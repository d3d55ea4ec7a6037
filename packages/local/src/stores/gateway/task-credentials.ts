import { randomBytes } from 'node:crypto';
import type { Plan } from '@breakwater/plan';
import type { MetadataServer } from '../../tasks/metadata-server.ts';
import { allowancesOf } from './allowances.ts';
import type { Principal } from './protocol.ts';
import type { StoreServer } from './store-server.ts';

/** ECS gives keys that hold six hours, and new ones before they end. */
const LIFE_MS = 6 * 3_600_000;
const RENEW_BEFORE_MS = 3_600_000;

/** The keys of the tasks' roles. */
export interface TaskCredentials {
  /** Makes keys for a task; resolves, when the servers know them, with the variables by which an SDK finds them. */
  issue(service: string, task: string): Promise<Readonly<Record<string, string>>>;
  /** Ends a task's keys. */
  end(task: string): void;
}

export interface TaskCredentialsOptions {
  readonly plan: Plan;
  readonly account: string;
  readonly servers: readonly StoreServer[];
  readonly metadata: Pick<MetadataServer, 'registerCredentials'>;
  /** `AWS_ENDPOINT_URL_…` */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

interface Session {
  principals: readonly Principal[];
  readonly remove: () => void;
}

/**
 * Gives each task keys of its own role, as ECS does: through the container credentials provider, which every AWS SDK's default
 * chain asks. The keys end with the task.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export function createTaskCredentials(options: TaskCredentialsOptions): TaskCredentials {
  const { plan, account, servers, metadata, now = Date.now } = options;
  const sessions = new Map<string, Session>();

  async function make(service: string, task: string): Promise<Principal> {
    const role = plan.services[service]?.taskRole ?? { name: service, grants: [] };
    const principal: Principal = {
      // Temporary keys of AWS begin like this.
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(96).toString('base64'),
      expiresAt: now() + LIFE_MS,
      arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${task}`,
      allowed: allowancesOf(role, plan, account),
    };
    await Promise.all(servers.map((server) => server.begin(principal)));
    return principal;
  }

  return {
    async issue(service, task) {
      const first = await make(service, task);
      const roleArn = `arn:aws:iam::${account}:role/${plan.services[service]?.taskRole.name ?? service}`;
      const current = async (): Promise<Principal> => {
        const session = sessions.get(task);
        const latest = session?.principals.at(-1) ?? first;
        if (session === undefined || latest.expiresAt - now() > RENEW_BEFORE_MS) return latest;
        const next = await make(service, task);
        session.principals = [...session.principals.filter(({ expiresAt }) => expiresAt > now()), next];
        return next;
      };
      const { url, authorization, remove } = metadata.registerCredentials(async () => {
        const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = await current();
        return {
          RoleArn: roleArn,
          AccessKeyId: accessKeyId,
          SecretAccessKey: secretAccessKey,
          Token: sessionToken,
          Expiration: new Date(expiresAt).toISOString(),
        };
      });
      sessions.set(task, { principals: [first], remove });
      return {
        ...options.endpoints,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: authorization,
      };
    },
    end(task) {
      const session = sessions.get(task);
      if (session === undefined) return;
      sessions.delete(task);
      session.remove();
      for (const { accessKeyId } of session.principals)
        for (const server of servers) void server.end(accessKeyId);
    },
  };
}

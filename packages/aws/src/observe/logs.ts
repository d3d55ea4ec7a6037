import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Plan, ServicePlan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import { clientOptions, type Session } from '../session.ts';
import { Seen } from './seen.ts';

/** A line that a service has written. */
export interface CloudLogLine {
  /** Key of the service. */
  readonly service: string;
  /** Id of the task; null when the stream is not one of a task. */
  readonly task: string | null;
  /** Name of the container in the task. */
  readonly container: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly line: string;
}

/** Which lines. */
export interface CloudLogsOptions {
  readonly plan: Plan;
  /** Keys of services. Default: all. */
  readonly services?: readonly string[];
  /** Milliseconds since 1970. Lines from then on. */
  readonly since: number;
  /** Only lines of the tasks whose ids begin so. Default: all. */
  readonly task?: string;
  /** Of the lines that are there already only so many, the last ones. Default: all since then. */
  readonly tail?: number;
  /** Goes on with lines that come, until the signal. Default false. */
  readonly follow?: boolean;
  /**
   * CloudWatch's filter pattern: `ERROR`, `"not found"`, `{ $.status = 500 }`.
   *
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
   */
  readonly filter?: string;
  readonly signal?: AbortSignal;
  /** Called with each line, in order of time as far as CloudWatch has it. */
  readonly onLine: (line: CloudLogLine) => void;
  /** How often new lines are asked for. Default 2 s. */
  readonly pollMs?: number;
}

/**
 * CloudWatch shows a line some seconds after it was written, and not all streams equally fast: what came late is looked for
 * again over this span, and lines that were shown are left out.
 */
const LATE_MS = 30_000;
const POLL_MS = 2_000;

/**
 * Lines of a system's services, oldest first; returns their number. With `follow` it ends with the signal, without error.
 * Polling, because a live tail of CloudWatch costs by the minute and ends after three hours.
 *
 * @throws AwsError `nothing-deployed` when no log group is there, `unexpected` for a service that the plan does not have
 */
export async function logs(session: Session, options: CloudLogsOptions): Promise<number> {
  const { plan, task, tail, follow = false, signal, onLine, pollMs = POLL_MS } = options;
  const services = chooseServices(plan, options.services);
  const client = new CloudWatchLogsClient({
    ...clientOptions(session),
    retryMode: 'adaptive',
    maxAttempts: 6,
  });
  const seen = new Seen(LATE_MS);
  let from = options.since;
  let count = 0;
  try {
    for (let first = true; ; first = false) {
      const found = await Promise.all(
        services.map((service) => readSince(client, plan, service, from, options)),
      );
      if (!follow && found.every((lines) => lines === null)) throw nothingDeployed(plan, services);
      const fresh = found
        .flatMap((lines) => lines ?? [])
        .filter(({ id, line }) => seen.add(id, line.at))
        .sort((a, b) => a.line.at - b.line.at);
      const wanted = fresh.filter(({ line }) => task === undefined || line.task?.startsWith(task) === true);
      const shown = first && tail !== undefined ? wanted.slice(Math.max(0, wanted.length - tail)) : wanted;
      for (const { line } of shown) {
        count += 1;
        onLine(line);
      }
      if (!follow || signal?.aborted) return count;
      const newest = fresh.at(-1)?.line.at;
      if (newest !== undefined) from = Math.max(from, newest - LATE_MS);
      seen.forgetBefore(from);
      await sleep(pollMs, undefined, signal === undefined ? {} : { signal });
    }
  } catch (error) {
    if (signal?.aborted) return count;
    throw error;
  } finally {
    client.destroy();
  }
}

function chooseServices(plan: Plan, keys: readonly string[] | undefined): ServicePlan[] {
  const all = Object.values(plan.services);
  if (keys === undefined || keys.length === 0) return all;
  return keys.map((key) => {
    const found = plan.services[key];
    if (found !== undefined) return found;
    throw new AwsError('unexpected', `There is no service ${key} in ${plan.system}`, {
      fix: `Choose from: ${Object.keys(plan.services).join(', ')}.`,
    });
  });
}

function nothingDeployed(plan: Plan, services: readonly ServicePlan[]): AwsError {
  const names = services.map(({ logs: { logGroup } }) => plan.logGroups[logGroup]?.name ?? logGroup);
  return new AwsError('nothing-deployed', `${plan.system} ${plan.env} has no logs in ${plan.region}`, {
    why: `There is no log group ${names.join(' or ')}.`,
    fix: 'Deploy it first, or check --env and the region.',
  });
}

/** A line with the id that CloudWatch gave it. */
interface Found {
  readonly id: string;
  readonly line: CloudLogLine;
}

/** All lines since a moment; null when the log group is not there (yet). */
async function readSince(
  client: CloudWatchLogsClient,
  plan: Plan,
  service: ServicePlan,
  from: number,
  { filter, signal }: CloudLogsOptions,
): Promise<Found[] | null> {
  const logGroupName = plan.logGroups[service.logs.logGroup]?.name ?? service.logs.logGroup;
  const lines: Found[] = [];
  let nextToken: string | undefined;
  do {
    try {
      const page = await client.send(
        new FilterLogEventsCommand({ logGroupName, startTime: from, nextToken, filterPattern: filter }),
        signal === undefined ? {} : { abortSignal: signal },
      );
      lines.push(...(page.events ?? []).map((event) => toLine(service.key, event)));
      nextToken = page.nextToken;
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return null;
      throw error;
    }
  } while (nextToken !== undefined && !signal?.aborted);
  return lines;
}

function toLine(service: string, event: FilteredLogEvent): Found {
  const { task, container } = parseStream(event.logStreamName ?? '');
  const at = event.timestamp ?? 0;
  return {
    id: event.eventId ?? `${event.logStreamName} ${at} ${event.message}`,
    line: { service, task, container, at, line: (event.message ?? '').replace(/\r?\n$/, '') },
  };
}

/** The stream of a container is `prefix/container/task`; other streams belong to no task. */
export function parseStream(name: string): {
  readonly task: string | null;
  readonly container: string | null;
} {
  const parts = name.split('/');
  const [container, task] = parts.slice(-2);
  if (parts.length < 3 || container === undefined || task === undefined)
    return { task: null, container: null };
  return { task, container };
}

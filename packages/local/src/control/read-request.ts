import type { ChaosRequest, RedeployRequest, ScaleRequest } from '@breakwater/protocol';
import { EngineError } from '../state/engine-error.ts';

const MOST_TASKS = 200;
const LONGEST_DELAY_MS = 60_000;

function bad(message: string): never {
  throw new EngineError('BAD_REQUEST', message, null);
}

function object(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    bad('The body must be a JSON object.');
  // Checked just above: an object whose values are still unknown.
  return body as Readonly<Record<string, unknown>>;
}

function text(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') bad(`'${name}' must be a text.`);
  return value;
}

function count(fields: Readonly<Record<string, unknown>>, name: string, largest: number): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > largest) {
    bad(`'${name}' must be a whole number from 0 to ${largest}.`);
  }
  return value;
}

/** @throws EngineError BAD_REQUEST that names the field */
export function readRedeployRequest(body: unknown): RedeployRequest {
  return { service: text(object(body), 'service') };
}

/** @throws EngineError BAD_REQUEST that names the field */
export function readScaleRequest(body: unknown): ScaleRequest {
  const fields = object(body);
  const desired = count(fields, 'desired', MOST_TASKS);
  const minimum = count(fields, 'minimum', MOST_TASKS);
  const maximum = count(fields, 'maximum', MOST_TASKS);
  if (desired === undefined && minimum === undefined && maximum === undefined) {
    bad("Say 'desired', 'minimum' or 'maximum'.");
  }
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    bad(`The minimum (${minimum}) is above the maximum (${maximum}).`);
  }
  return {
    service: text(fields, 'service'),
    ...(desired === undefined ? {} : { desired }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
}

/** @throws EngineError BAD_REQUEST that names the field */
export function readChaosRequest(body: unknown): ChaosRequest {
  const fields = object(body);
  const action = text(fields, 'action');
  switch (action) {
    case 'stop-task':
    case 'kill-task':
      return { action, task: text(fields, 'task') };
    case 'reclaim-spot':
      return fields['service'] === undefined ? { action } : { action, service: text(fields, 'service') };
    case 'lose-zone':
    case 'restore-zone':
      return { action, zone: text(fields, 'zone') };
    case 'slow-database':
      return {
        action,
        database: text(fields, 'database'),
        delayMs: count(fields, 'delayMs', LONGEST_DELAY_MS) ?? 0,
      };
    case 'stop-database':
    case 'start-database':
      return { action, database: text(fields, 'database') };
    default:
      return bad(`There is no chaos action '${action}'.`);
  }
}

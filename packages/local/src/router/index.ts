export { INITIAL_CHECK_INTERVAL_MS } from './health-checks.ts';
export { createRouter } from './router.ts';
export type {
  RequestReason,
  RequestRecord,
  Router,
  RouterAction,
  RouterCounts,
  RouterFailure,
  RouterOptions,
  RouterRule,
  Target,
  TargetGroupSettings,
  TargetHealthChange,
  TargetHealthSnapshot,
} from './types.ts';

export { checkPlan } from './check/check-plan.ts';
export { startEngine } from './engine/engine.ts';
export { DEFAULT_PORT } from './engine/listen.ts';
export type { Engine, EngineOptions } from './engine/options.ts';
export type { EngineStatus } from './state/index.ts';
export { EngineError, readEngineFile } from './state/index.ts';
export type { OpenStores, OpenStoresOptions } from './stores/gateway/open-stores.ts';
export { openStores } from './stores/gateway/open-stores.ts';

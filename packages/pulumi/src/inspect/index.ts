export { type Answer, type Answers, type Inspection, type InspectOptions, inspect } from './inspect.ts';
export type { Registration } from './registration.ts';

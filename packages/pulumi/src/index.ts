export type { DashboardPart } from './parts/dashboard.ts';
export type { DataPart } from './parts/data/data-part.ts';
export type { DatabaseResources } from './parts/data/database.ts';
export type { FoundationPart } from './parts/foundation/foundation-part.ts';
export type { RegistriesPart } from './parts/registries.ts';
export type { ServicePart } from './parts/service/service-part.ts';
export { checkAccount } from './preflight.ts';
export { type ProgramOptions, programOf, SETTINGS } from './program.ts';
export {
  System,
  type SystemArgs,
  type SystemOfDefinition,
  type SystemOfPlan,
  type SystemOptions,
} from './system.ts';
export type { Transform, TransformTargets } from './transform.ts';
export { checkForPulumi } from './unsupported.ts';

export type { Data, Foundation, Registries, ServiceParts } from './parts.ts';
export type { Transform, TransformTargets } from './transform.ts';

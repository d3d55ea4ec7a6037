export { createApp, WEAK_REFERENCES } from './app.ts';
export type { Data, Foundation, Registries, ServiceParts } from './parts.ts';
export { type SynthesizeProps, synthesize } from './synthesize.ts';
export { System } from './system.ts';
export type { SystemProps } from './system-props.ts';
export { createStacks, type SystemStacks } from './system-stacks.ts';
export type { Transform, TransformTargets } from './transform.ts';

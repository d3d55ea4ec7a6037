export { type EjectedFile, type EjectOptions, eject } from './eject.ts';
export { EjectError } from './error.ts';

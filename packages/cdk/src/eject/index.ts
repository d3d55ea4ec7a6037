export { type EjectedFile, eject } from './eject.ts';
export { EjectError } from './error.ts';

/** Written in by the build; tests run from the sources, where it does not exist. */
declare const SERVICE_VERSION: string | undefined;

/** The version of this build, `0.0.0-source` when it runs unbuilt. */
export const version: string = typeof SERVICE_VERSION === 'undefined' ? '0.0.0-source' : SERVICE_VERSION;

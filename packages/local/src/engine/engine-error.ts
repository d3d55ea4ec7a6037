/** What can keep the engine from starting or doing what it was asked; declared once, so that the command line can tell them apart. */
export type EngineErrorCode =
  | 'engine-running'
  | 'port-in-use'
  | 'folder-not-writable'
  | 'store-failed'
  | 'store-damaged'
  | 'store-version'
  | 'command-not-found'
  | 'command-missing'
  | 'build-failed'
  | 'service-failed'
  | 'not-found'
  | 'conflict'
  | 'bad-request';

/** A failure that a person can do something about: what happened and why in `message`, what to do in `fix`. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly fix: string | null;

  constructor(code: EngineErrorCode, message: string, fix: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
    this.fix = fix;
  }
}

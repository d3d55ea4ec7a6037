import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleDefinition } from './bundle-definition.ts';
import { renderCodeFrame } from './code-frame.ts';
import { CliError } from './errors.ts';
import { type DefinitionPlace, displayPath } from './find-definition.ts';

/** A definition as its author wrote it, not looked into yet. */
export interface LoadedDefinition extends DefinitionPlace {
  readonly definition: unknown;
  /** Files whose change may change the definition. */
  readonly inputs: readonly string[];
}

/** What a definition that is a function is called with. */
export interface DefinitionContext {
  readonly env: string;
}

const LOAD_TIMEOUT_MS = 30_000;

/**
 * Loads a definition file: the default export, or what it promises, or what it returns.
 * @throws CliError: it does not parse, throws while it loads, exports nothing usable, never finishes.
 */
export async function loadDefinition(
  place: DefinitionPlace,
  context: DefinitionContext,
): Promise<LoadedDefinition> {
  const { module, inputs } = await bundleDefinition(place);
  process.setSourceMapsEnabled(true);
  const definition = await withTimeout(evaluate(module, place, context), place);
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) {
    const given = definition === null ? 'null' : Array.isArray(definition) ? 'an array' : typeof definition;
    throw new CliError(`${displayPath(place.file)} gives no definition`, {
      why: `its default export is ${given}`,
      fix: 'Export the result of defineSystem({ … }) as default.',
    });
  }
  return { ...place, definition, inputs };
}

async function evaluate(
  module: string,
  place: DefinitionPlace,
  context: DefinitionContext,
): Promise<unknown> {
  let exported: unknown;
  try {
    // A module namespace is an object whose keys are its exports; whether `default` is one is looked at next.
    const namespace = (await import(pathToFileURL(module).href)) as { readonly default?: unknown };
    if (!('default' in namespace)) throw noDefaultExport(place, Object.keys(namespace));
    exported = namespace.default;
    if (typeof exported === 'function') exported = exported(context);
    return await exported;
  } catch (error) {
    throw error instanceof CliError ? error : describeThrown(error, place);
  }
}

async function withTimeout<TResult>(promise: Promise<TResult>, place: DefinitionPlace): Promise<TResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new CliError(`${displayPath(place.file)} does not finish loading`, {
          why: `it still waits for something after ${LOAD_TIMEOUT_MS / 1000} s`,
          fix: 'A definition is data: take out what it waits for.',
        }),
      );
    }, LOAD_TIMEOUT_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function noDefaultExport(place: DefinitionPlace, names: readonly string[]): CliError {
  return new CliError(`${displayPath(place.file)} has no default export`, {
    why: names.length > 0 ? `it exports ${names.join(', ')} only` : 'it exports nothing',
    fix: 'Write `export default defineSystem({ … })`.',
  });
}

function describeThrown(error: unknown, place: DefinitionPlace): CliError {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const missing =
    error instanceof Error ? /^Cannot find package '([^']+)'/.exec(error.message)?.[1] : undefined;
  if (missing !== undefined) {
    return new CliError(`${displayPath(place.file)} imports ${missing}`, {
      why: 'that package is not installed here',
      fix: `Install it with \`npm install --save-dev ${missing}\`.`,
    });
  }
  const where = error instanceof Error ? thrownAt(error) : null;
  return new CliError(`${displayPath(place.file)} failed while it was loaded`, {
    why: message,
    detail: where,
    fix: 'Correct it and run the command again.',
  });
}

/** The first frame of the stack that lies in a source of the user's, as `file:line:column` with the lines around it. */
function thrownAt(error: Error): string | null {
  for (const [, path = '', line = '', column = ''] of (error.stack ?? '').matchAll(
    /\(?((?:file:\/\/)?\/[^\s():]+):(\d+):(\d+)\)?/g,
  )) {
    const file = path.startsWith('file://') ? fileURLToPath(path) : path;
    if (file.includes('/node_modules/') || file.includes('/.breakwater/cache/') || !existsSync(file))
      continue;
    if (file === fileURLToPath(import.meta.url)) continue;
    const frame = renderCodeFrame(readFileSync(file, 'utf8'), Number(line), Number(column) - 1);
    return `${displayPath(file)}:${line}:${column}\n${frame}`;
  }
  return null;
}

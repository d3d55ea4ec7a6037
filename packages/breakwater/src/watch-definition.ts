import { isDeepStrictEqual } from 'node:util';
import { formatError } from './errors.ts';
import { displayPath } from './find-definition.ts';
import { type DefinitionOptions, type LoadedPlan, loadPlan } from './resolve-plan.ts';
import { errStyle, note } from './terminal.ts';
import { watchFiles } from './watch-files.ts';

/**
 * Watches the definition's files. A change that resolves to another plan calls back; one with mistakes is explained
 * and the system runs on. Returns a function that ends it.
 */
export function watchDefinition(
  loaded: LoadedPlan,
  options: DefinitionOptions,
  changed: () => void,
): () => void {
  let current = Promise.resolve();
  let ended = false;
  const look = async (): Promise<void> => {
    if (ended) return;
    try {
      const { plan } = await loadPlan(options);
      if (ended || isDeepStrictEqual(plan, loaded.plan)) return;
      note(`\n${displayPath(loaded.file)} has changed: the system starts again with it; its data stays.`);
      changed();
    } catch (error) {
      note(`${formatError(error, errStyle)}\n${errStyle.dim('The system runs on as it was.')}`);
    }
  };
  const unwatch = watchFiles(loaded.inputs, () => {
    current = current.then(look);
  });
  return () => {
    ended = true;
    unwatch();
  };
}

/**
 * Makes a function that runs operations one at a time, in the order asked for. A failed operation rejects its own
 * promise and does not keep the next from running.
 */
export function createTurns(): (operation: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (operation) => {
    const done = last.then(operation);
    last = done.catch(() => {});
    return done;
  };
}

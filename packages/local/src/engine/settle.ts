/** Like Promise.all, but waits for all to settle before it rejects, so that nothing is left half started. */
export async function settle<const Promises extends readonly Promise<unknown>[]>(
  promises: Promises,
): Promise<{ readonly [Index in keyof Promises]: Awaited<Promises[Index]> }> {
  const results = await Promise.allSettled(promises);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  // All are fulfilled, in the order given.
  return results.map((result) => (result.status === 'fulfilled' ? result.value : undefined)) as {
    readonly [Index in keyof Promises]: Awaited<Promises[Index]>;
  };
}

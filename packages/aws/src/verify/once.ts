/** The answer of the first call, for all calls: so that each question is put to AWS once. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

/** The same by key. */
export function onceEach<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(key);
    answers.set(key, answer);
    return answer;
  };
}

/**
 * Answers a key's question from one call about all keys: the call is made at the first question, in portions of what
 * the service takes at once. A key that the answer lacks is null.
 */
export function inPortions<T>(
  keys: readonly string[],
  portion: number,
  ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): (key: string) => Promise<T | null> {
  const all = once(async () => {
    const portions: (readonly string[])[] = [];
    for (let at = 0; at < keys.length; at += portion) portions.push(keys.slice(at, at + portion));
    const answers = await Promise.all(portions.map(ask));
    return new Map(answers.flatMap((answer) => [...answer]));
  });
  return async (key) => (await all()).get(key) ?? null;
}

/** The answer, or null when AWS says by one of these errors that there is no such thing. */
export async function orNull<T>(errors: readonly string[], answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && errors.includes(error.name)) return null;
    throw error;
  }
}

/** Runs so many at a time, in order; answers in the same order. */
export async function mapAtMost<T, R>(
  limit: number,
  items: readonly T[],
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  const answers = new Array<R>(items.length);
  let next = 0;
  const work = async () => {
    for (let at = next++; at < items.length; at = next++) {
      // `at` is below the length, so the item is there.
      answers[at] = await run(items[at] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return answers;
}

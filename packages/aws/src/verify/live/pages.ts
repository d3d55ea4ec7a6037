/** All entries of all pages. */
export async function collect<Page, Entry>(
  pages: AsyncIterable<Page>,
  entries: (page: Page) => readonly Entry[] | undefined,
): Promise<Entry[]> {
  const all: Entry[] = [];
  for await (const page of pages) all.push(...(entries(page) ?? []));
  return all;
}

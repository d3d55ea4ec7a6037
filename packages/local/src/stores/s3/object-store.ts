import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What is known of an object. */
export interface ObjectRecord {
  readonly key: string;
  /** With its quotes. */
  readonly etag: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** Headers that come back with the object: `content-type`, `x-amz-meta-…`. */
  readonly headers: Readonly<Record<string, string>>;
  /** File with the content, in the bucket's folder `data`. */
  readonly file: string;
}

/** Content that was written and belongs to no object yet. */
export interface StagedContent {
  readonly file: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly md5: string;
}

/** The objects of one bucket, on disk. */
export interface ObjectStore {
  readonly name: string;
  find(key: string): ObjectRecord | undefined;
  /** In the order of their keys. */
  list(): readonly ObjectRecord[];
  read(record: ObjectRecord, range?: { readonly start: number; readonly end: number }): Readable;
  /** Writes content; a body that fails leaves nothing. */
  stage(content: Readable): Promise<StagedContent>;
  /** Joins staged contents in their order. */
  join(parts: readonly StagedContent[]): Promise<StagedContent>;
  discard(staged: StagedContent): Promise<void>;
  /**
   * Makes staged content an object, at once and whole. `allow` sees what is there at that moment and may throw; nothing
   * changes then.
   */
  commit(
    object: Omit<ObjectRecord, 'file' | 'size'>,
    staged: StagedContent,
    allow?: (before: ObjectRecord | undefined) => void,
  ): Promise<ObjectRecord>;
  remove(key: string): Promise<void>;
  /** Begun uploads in parts, by their ids. */
  readonly uploads: ReadonlyMap<string, Upload>;
  /** Keeps an upload as it is now, also over a crash; content that it no longer names is deleted. */
  putUpload(upload: Upload): Promise<void>;
  /** Forgets an upload, with the content of its parts. */
  removeUpload(id: string): Promise<void>;
}

/** An object that comes in parts. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly startedAt: number;
  readonly headers: Readonly<Record<string, string>>;
  /** By part number. */
  readonly parts: Readonly<Record<string, StagedContent & { readonly modifiedAt: number }>>;
}

/**
 * Opens a bucket's folder, and makes it when it is missing.
 *
 * Content lies in `data` under random names and never changes; `objects` has a record per key that names its content. A record
 * comes into being by a rename, so whoever is killed when leaves the old object or the new one, and readers see one of them to
 * its end. Keys are never part of a path.
 */
export async function openObjectStore(directory: string, name: string): Promise<ObjectStore> {
  const data = join(directory, 'data');
  const records = join(directory, 'objects');
  await mkdir(data, { recursive: true, mode: 0o700 });
  await mkdir(records, { recursive: true, mode: 0o700 });
  const begun = join(directory, 'uploads');
  await mkdir(begun, { recursive: true, mode: 0o700 });
  const objects = new Map((await readRecords<ObjectRecord>(records)).map((record) => [record.key, record]));
  const uploads = new Map((await readRecords<Upload>(begun)).map((upload) => [upload.id, upload]));
  await removeOrphans(data, [
    ...[...objects.values()].map(({ file }) => file),
    ...[...uploads.values()].flatMap(({ parts }) => Object.values(parts).map(({ file }) => file)),
  ]);
  let sorted: readonly ObjectRecord[] | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  /** One change after the other; each is a rename and no more. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
  const discard = (file: string): Promise<void> => rm(join(data, file), { force: true });

  async function write(sources: readonly Readable[]): Promise<StagedContent> {
    const file = randomUUID();
    const hash = createHash('md5');
    let size = 0;
    try {
      await pipeline(
        async function* () {
          for (const source of sources) {
            for await (const chunk of source) {
              // No encoding was set, so chunks are buffers.
              const bytes = chunk as Buffer;
              hash.update(bytes);
              size += bytes.length;
              yield bytes;
            }
          }
        },
        createWriteStream(join(data, file), { flags: 'wx', mode: 0o600 }),
      );
    } catch (error) {
      await discard(file);
      throw error;
    }
    return { file, size, md5: hash.digest('hex') };
  }

  return {
    name,
    find: (key) => objects.get(key),
    list() {
      sorted ??= [...objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
      return sorted;
    },
    read: ({ file }, range) => createReadStream(join(data, file), range),
    stage: (content) => write([content]),
    join: (parts) => write(parts.map(({ file }) => createReadStream(join(data, file)))),
    discard: ({ file }) => discard(file),
    commit: (object, staged, allow) =>
      inTurn(async () => {
        const before = objects.get(object.key);
        allow?.(before);
        const record: ObjectRecord = { ...object, size: staged.size, file: staged.file };
        await writeRecord(join(records, recordName(object.key)), record);
        objects.set(object.key, record);
        sorted = null;
        if (before !== undefined) await discard(before.file);
        return record;
      }),
    remove: (key) =>
      inTurn(async () => {
        const before = objects.get(key);
        if (before === undefined) return;
        await rm(join(records, recordName(key)), { force: true });
        objects.delete(key);
        sorted = null;
        await discard(before.file);
      }),
    uploads,
    putUpload: (upload) =>
      inTurn(async () => {
        const before = uploads.get(upload.id);
        await writeRecord(join(begun, `${upload.id}.json`), upload);
        uploads.set(upload.id, upload);
        const kept = new Set(Object.values(upload.parts).map(({ file }) => file));
        for (const { file } of Object.values(before?.parts ?? {})) if (!kept.has(file)) await discard(file);
      }),
    removeUpload: (id) =>
      inTurn(async () => {
        const before = uploads.get(id);
        await rm(join(begun, `${id}.json`), { force: true });
        uploads.delete(id);
        for (const { file } of Object.values(before?.parts ?? {})) await discard(file);
      }),
  };
}

const recordName = (key: string): string => `${createHash('sha256').update(key).digest('hex')}.json`;

async function writeRecord(path: string, record: unknown): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function readRecords<Found>(directory: string): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.json')) {
      // Written, but not renamed before the end.
      await rm(join(directory, name), { force: true });
      continue;
    }
    // Written by `writeRecord`, whole.
    found.push(JSON.parse(await readFile(join(directory, name), 'utf8')) as Found);
  }
  return found;
}

/** Content that a killed server never finished. */
async function removeOrphans(data: string, files: readonly string[]): Promise<void> {
  const used = new Set(files);
  for (const name of await readdir(data)) if (!used.has(name)) await rm(join(data, name), { force: true });
}

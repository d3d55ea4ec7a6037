import { gunzipSync, gzipSync } from 'node:zlib';

/** Format of release objects; a release of another format cannot be rolled back to. */
export const RELEASE_FORMAT = 1;

/** A deployment that succeeded, without its templates. */
export interface ReleaseSummary {
  readonly number: number;
  /** ISO 8601, when it was complete. */
  readonly time: string;
  /** ARN of who deployed it. */
  readonly caller: string;
  /** Digests of the images, `sha256:…`, by service. */
  readonly images: Readonly<Record<string, string>>;
  /** Number of the release that this one brought back; null for a deployment. */
  readonly restores: number | null;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A release as it is stored. */
export interface Release extends ReleaseSummary {
  readonly format: typeof RELEASE_FORMAT;
  /** Names of the stacks whose templates it holds, in the order of their deployment, with those that must come before. */
  readonly stacks: readonly ReleasedStack[];
  /** Files of the cloud assembly of those stacks: JSON of texts by name, gzip, base64. */
  readonly assembly: string;
}

export interface ReleasedStack {
  /** `service/catalog` or `dashboard` */
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly dependsOn: readonly string[];
}

/** Packs an assembly's files. */
export function packFiles(files: Readonly<Record<string, string>>): string {
  return gzipSync(JSON.stringify(files), { level: 9 }).toString('base64');
}

/** Unpacks what {@link packFiles} packed. */
export function unpackFiles(packed: string): Readonly<Record<string, string>> {
  const text = gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');
  return JSON.parse(text) as Record<string, string>; // packed by packFiles
}

/** The release to go back to from the latest: the one before; after a rollback, the one before that which was brought back. */
export function previousRelease(releases: readonly ReleaseSummary[]): ReleaseSummary | null {
  const latest = releases.at(-1);
  if (latest === undefined) return null;
  const from = latest.restores ?? latest.number;
  return releases.filter(({ number }) => number < from).at(-1) ?? null;
}

export function summaryOf({ number, time, caller, images, restores, outputs }: Release): ReleaseSummary {
  return { number, time, caller, images, restores, outputs };
}

import * as pulumi from '@pulumi/pulumi';

/** A resource as a program registers it: what Pulumi's engine would be asked to create. */
export interface Registration {
  readonly urn: string;
  /** `aws:ec2/vpc:Vpc`, `breakwater:index:Foundation` */
  readonly type: string;
  readonly name: string;
  /** URN; null for the stack itself. */
  readonly parent: string | null;
  /** Whether a provider creates it; components only hold others. */
  readonly custom: boolean;
  /** Its arguments, secrets unwrapped and archives as the text of their files. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Arguments that hold a secret of Pulumi's: encrypted in its state, never shown. */
  readonly secretInputs: readonly string[];
  /** Arguments that are archives of files: code of functions. */
  readonly archiveInputs: readonly string[];
  readonly options: {
    /** URN and id of its provider; empty for the default one. */
    readonly provider: string;
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly deleteBeforeReplace: boolean;
    /** The program says by word that what replaces it is created first. */
    readonly createBeforeDelete: boolean;
    readonly ignoreChanges: readonly string[];
    /** URNs of what must be there first, by reference or by word. */
    readonly dependencies: readonly string[];
    /** Those of them that no argument refers to: only `dependsOn` says so. */
    readonly dependsOn: readonly string[];
    /** How long it may take, as `30m`; only what is not the provider's default. */
    readonly customTimeouts: { readonly [Change in 'create' | 'update' | 'delete']?: string };
  };
}

/** What the SDK asks of the engine, as far as it is read here. */
export interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): { toJavaScript(): Readonly<Record<string, unknown>> } | undefined;
  getProvider(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getDeletebeforereplacedefined(): boolean;
  getIgnorechangesList(): readonly string[];
  getDependenciesList(): readonly string[];
  getPropertydependenciesMap(): {
    forEach(each: (value: { getUrnsList(): readonly string[] }, key: string) => void): void;
  };
  getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
}

// How the SDK marks what is no plain JSON; `specialSigKey` and the others are exported by its runtime.
const { specialSigKey, specialSecretSig, specialAssetSig, specialArchiveSig, specialResourceSig } =
  pulumi.runtime;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isSecret);
  if (!isObject(value)) return false;
  return value[specialSigKey] === specialSecretSig || Object.values(value).some(isSecret);
}

const isArchive = (value: unknown): boolean =>
  isObject(value) && value[specialSigKey] === specialArchiveSig && isObject(value['assets']);

/** The value without the SDK's marks: secrets in the open, archives as the text of their files. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  switch (value[specialSigKey]) {
    case specialSecretSig:
      return plain(value['value']);
    case specialAssetSig:
      return value['text'] ?? value['path'] ?? value['uri'];
    case specialArchiveSig:
      return plain(value['assets'] ?? value['path'] ?? value['uri']);
    case specialResourceSig:
      return value['id'] ?? value['urn'];
    default:
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  }
}

function referred(request: RegisterRequest): ReadonlySet<string> {
  const urns = new Set<string>();
  request.getPropertydependenciesMap().forEach((value) => {
    for (const urn of value.getUrnsList()) urns.add(urn);
  });
  return urns;
}

function timeouts(request: RegisterRequest): Registration['options']['customTimeouts'] {
  const given = request.getCustomtimeouts();
  const [create, update, deleted] = [given?.getCreate(), given?.getUpdate(), given?.getDelete()];
  return { ...(create && { create }), ...(update && { update }), ...(deleted && { delete: deleted }) };
}

/** What a request to the engine says. */
export function readRequest(request: RegisterRequest, urn: string): Registration {
  const inputs = request.getObject()?.toJavaScript() ?? {};
  const dependencies = request.getDependenciesList();
  const byReference = referred(request);
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent() || null,
    custom: request.getCustom(),
    // An object stays an object.
    inputs: plain(inputs) as Readonly<Record<string, unknown>>,
    secretInputs: Object.entries(inputs).flatMap(([key, value]) => (isSecret(value) ? [key] : [])),
    archiveInputs: Object.entries(inputs).flatMap(([key, value]) => (isArchive(value) ? [key] : [])),
    options: {
      provider: request.getProvider(),
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      createBeforeDelete: request.getDeletebeforereplacedefined() && !request.getDeletebeforereplace(),
      ignoreChanges: request.getIgnorechangesList(),
      dependencies,
      dependsOn: dependencies.filter((each) => !byReference.has(each)),
      customTimeouts: timeouts(request),
    },
  };
}

/** What stands in place of a secret where a registration is shown. */
export const SECRET = '[secret]';

/** The registration as it may be shown: `[secret]` in place of every argument that holds a secret. */
export function masked(registration: Registration): Registration {
  const { inputs, secretInputs } = registration;
  const hidden = Object.fromEntries(secretInputs.map((key) => [key, SECRET]));
  return { ...registration, inputs: { ...inputs, ...hidden } };
}

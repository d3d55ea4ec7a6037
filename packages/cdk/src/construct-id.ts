/**
 * The construct id for a plan's key, as ids are usually written: `service/api-v2` becomes `ServiceApiV2`. Logical ids are made of it.
 */
export function constructId(key: string): string {
  return key.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, first: string) => first.toUpperCase());
}

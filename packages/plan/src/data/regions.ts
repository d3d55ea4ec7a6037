// Source and date: `SOURCES.regions` in source.ts.

/** Regions and the letters of the zones that a new account sees there. */
export const REGIONS = {
  'af-south-1': ['a', 'b', 'c'],
  'ap-east-1': ['a', 'b', 'c'],
  'ap-northeast-1': ['a', 'c', 'd'],
  'ap-northeast-2': ['a', 'b', 'c', 'd'],
  'ap-northeast-3': ['a', 'b', 'c'],
  'ap-south-1': ['a', 'b', 'c'],
  'ap-south-2': ['a', 'b', 'c'],
  'ap-southeast-1': ['a', 'b', 'c'],
  'ap-southeast-2': ['a', 'b', 'c'],
  'ap-southeast-3': ['a', 'b', 'c'],
  'ap-southeast-4': ['a', 'b', 'c'],
  'ca-central-1': ['a', 'b', 'd'],
  'ca-west-1': ['a', 'b', 'c'],
  'eu-central-1': ['a', 'b', 'c'],
  'eu-central-2': ['a', 'b', 'c'],
  'eu-north-1': ['a', 'b', 'c'],
  'eu-south-1': ['a', 'b', 'c'],
  'eu-south-2': ['a', 'b', 'c'],
  'eu-west-1': ['a', 'b', 'c'],
  'eu-west-2': ['a', 'b', 'c'],
  'eu-west-3': ['a', 'b', 'c'],
  'il-central-1': ['a', 'b', 'c'],
  'me-central-1': ['a', 'b', 'c'],
  'me-south-1': ['a', 'b', 'c'],
  'sa-east-1': ['a', 'b', 'c'],
  'us-east-1': ['a', 'b', 'c', 'd', 'f'],
  'us-east-2': ['a', 'b', 'c'],
  'us-west-1': ['a', 'c'],
  'us-west-2': ['a', 'b', 'c', 'd'],
} as const satisfies Record<string, readonly string[]>;

/** A Region that Breakwater knows. */
export type Region = keyof typeof REGIONS;

/** Whether the text names a known Region. */
export function isRegion(text: string): text is Region {
  return Object.hasOwn(REGIONS, text);
}

/** Full names of a Region's zones, `eu-south-1a`; empty for an unknown Region. */
export function zonesOf(region: string): readonly string[] {
  return isRegion(region) ? REGIONS[region].map((letter) => `${region}${letter}`) : [];
}

import { Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Tags a construct and all below it, except what has the same tag nearer to itself. */
export function addTags(construct: IConstruct, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) Tags.of(construct).add(key, value);
}

/** Gives a resource without a name of its own the one that the console shows. */
export function addName(construct: IConstruct, name: string): void {
  Tags.of(construct).add('Name', name);
}

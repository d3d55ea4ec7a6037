import type { Behaviour } from './behaviour.ts';

export const DYNAMODB_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'dynamodb.ttl-expiry',
    title: 'When an item expires',
    statement:
      'An item has expired when the Number in its TTL attribute, seconds since the epoch, is less than the current time.',
    mark: 'documented',
    source: 'DDB-TTL',
    module: 'dynamodb/time-to-live.ts',
    constants: [],
    test: 'expires an item when the seconds in its attribute are less than now',
  },
  {
    id: 'dynamodb.ttl-type',
    title: 'What counts as an expiry',
    statement:
      'Other types than Number are ignored; milliseconds are a date some 50,000 years ahead, so the item never expires.',
    mark: 'documented',
    source: 'DDB-TTL',
    module: 'dynamodb/time-to-live.ts',
    constants: [],
    test: 'takes nothing but a Number of seconds',
  },
  {
    id: 'dynamodb.ttl-oldest',
    title: 'Expiries of long ago',
    statement: 'An item whose expiry is more than five years ago is not deleted.',
    mark: 'observed',
    source: 'DDB-TTL',
    module: 'dynamodb/time-to-live.ts',
    constants: ['TTL_OLDEST_SECONDS'],
    test: 'leaves alone what would have expired more than five years ago',
  },
  {
    id: 'dynamodb.ttl-late',
    title: 'Deletion comes late',
    statement:
      'A background job deletes expired items, typically within a few days. Until then they are read, queried and scanned like any other, so a reader must look at the expiry itself.',
    mark: 'documented',
    source: 'DDB-TTL',
    module: 'dynamodb/time-to-live.ts',
    constants: [],
    test: 'deletes an expired item late, and until then it is there',
  },
  {
    id: 'dynamodb.ttl-rescue',
    title: 'Rescue',
    statement: 'Moving or removing the expiry of an item that has expired and is still there keeps it.',
    mark: 'documented',
    source: 'DDB-TTL',
    module: 'dynamodb/time-to-live.ts',
    constants: [],
    test: 'lets a later expiry, or none, rescue an item that has expired',
  },
];

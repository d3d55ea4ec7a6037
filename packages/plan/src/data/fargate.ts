// Source and date: `SOURCES.fargate` in source.ts.

/** CPU units of a task and the MiB of memory that Fargate offers with them (Linux). */
export const FARGATE_SIZES = [
  { cpu: 256, memory: [512, 1024, 2048] },
  { cpu: 512, memory: [1024, 2048, 3072, 4096] },
  { cpu: 1024, memory: [2048, 3072, 4096, 5120, 6144, 7168, 8192] },
  {
    cpu: 2048,
    memory: [4096, 5120, 6144, 7168, 8192, 9216, 10240, 11264, 12288, 13312, 14336, 15360, 16384],
  },
  {
    cpu: 4096,
    memory: [
      8192, 9216, 10240, 11264, 12288, 13312, 14336, 15360, 16384, 17408, 18432, 19456, 20480, 21504, 22528,
      23552, 24576, 25600, 26624, 27648, 28672, 29696, 30720,
    ],
  },
  {
    cpu: 8192,
    memory: [16384, 20480, 24576, 28672, 32768, 36864, 40960, 45056, 49152, 53248, 57344, 61440],
  },
  {
    cpu: 16384,
    memory: [32768, 40960, 49152, 57344, 65536, 73728, 81920, 90112, 98304, 106496, 114688, 122880],
  },
  { cpu: 32768, memory: [61440, 122880, 249856] },
] as const;

type Row = (typeof FARGATE_SIZES)[number];

/** A pair of CPU units and MiB that Fargate accepts. */
export type FargateSize = {
  [R in Row as R['cpu']]: { readonly cpu: R['cpu']; readonly memory: R['memory'][number] };
}[Row['cpu']];

/** Ephemeral storage of a task in GiB: 20 come with it. */
export const EPHEMERAL_STORAGE_GIB = { included: 20, minimum: 21, maximum: 200 } as const;

/** Seconds between SIGTERM and SIGKILL. */
export const STOP_TIMEOUT_SECONDS = { minimum: 2, maximum: 120, default: 30 } as const;

/** Weight and base of an item of a capacity provider strategy. */
export const CAPACITY_PROVIDER = {
  weight: { minimum: 0, maximum: 1000 },
  base: { minimum: 0, maximum: 100_000 },
} as const;

/** Memory in MiB that Fargate offers with these CPU units; empty for CPU units that it does not know. */
export function memoryFor(cpu: number): readonly number[] {
  return FARGATE_SIZES.find((size) => size.cpu === cpu)?.memory ?? [];
}

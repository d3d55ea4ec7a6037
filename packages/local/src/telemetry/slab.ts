const NONE = -1;

/** A run of bytes in a slab, in chunks linked to each other. */
export interface Chain {
  first: number;
  last: number;
  bytes: number;
}

/**
 * Memory of a fixed size outside the JavaScript heap, given out in chunks: what is kept there costs the garbage
 * collector nothing, and it can never be more than the slab. The operating system backs only what was written.
 */
export interface Slab {
  /** Whether `bytes` more fit at the end of the chain. */
  readonly fits: (chain: Chain, bytes: number) => boolean;
  /** Appends the first `length` bytes of `source`. Call {@link Slab.fits} before. */
  readonly append: (chain: Chain, source: Buffer, length: number) => void;
  /** A copy of a chain's bytes. */
  readonly read: (chain: Chain) => Buffer;
  /** Gives a chain's chunks back and empties it. */
  readonly free: (chain: Chain) => void;
  /** Bytes that a chain takes, whole chunks. */
  readonly footprint: (chain: Chain) => number;
  /** Bytes in use, whole chunks. */
  readonly used: () => number;
}

export function createChain(): Chain {
  return { first: NONE, last: NONE, bytes: 0 };
}

export function createSlab(sizeBytes: number, chunkBytes = 512): Slab {
  const chunks = Math.max(1, Math.floor(sizeBytes / chunkBytes));
  const data = Buffer.from(new ArrayBuffer(chunks * chunkBytes));
  const next = new Int32Array(chunks);
  // Chunks from `fresh` on were never used; freed ones are reused first, so that untouched memory stays untouched.
  let fresh = 0;
  let freed = NONE;
  let free = chunks;
  const take = (): number => {
    free -= 1;
    const chunk = freed === NONE ? fresh : freed;
    if (freed === NONE) fresh += 1;
    else freed = next[chunk] ?? NONE;
    next[chunk] = NONE;
    return chunk;
  };
  const roomAtEnd = (chain: Chain): number =>
    chain.first === NONE ? 0 : (chunkBytes - (chain.bytes % chunkBytes)) % chunkBytes;
  return {
    fits: (chain, bytes) => Math.ceil(Math.max(0, bytes - roomAtEnd(chain)) / chunkBytes) <= free,
    append(chain, source, length) {
      let copied = 0;
      while (copied < length) {
        let room = roomAtEnd(chain);
        if (room === 0) {
          const chunk = take();
          if (chain.first === NONE) chain.first = chunk;
          else next[chain.last] = chunk;
          chain.last = chunk;
          room = chunkBytes;
        }
        const size = Math.min(room, length - copied);
        source.copy(data, chain.last * chunkBytes + chunkBytes - room, copied, copied + size);
        chain.bytes += size;
        copied += size;
      }
    },
    read(chain) {
      const result = Buffer.allocUnsafe(chain.bytes);
      let copied = 0;
      for (let chunk = chain.first; chunk !== NONE; chunk = next[chunk] ?? NONE) {
        const at = chunk * chunkBytes;
        copied += data.copy(result, copied, at, at + Math.min(chunkBytes, chain.bytes - copied));
      }
      return result;
    },
    free(chain) {
      for (let chunk = chain.first; chunk !== NONE; ) {
        const following = next[chunk] ?? NONE;
        next[chunk] = freed;
        freed = chunk;
        free += 1;
        chunk = following;
      }
      chain.first = NONE;
      chain.last = NONE;
      chain.bytes = 0;
    },
    footprint: (chain) => Math.ceil(chain.bytes / chunkBytes) * chunkBytes,
    used: () => (chunks - free) * chunkBytes,
  };
}

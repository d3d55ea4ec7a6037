import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chain, createChain, createSlab } from './slab.ts';

const CHUNK = 16;
const CHUNKS = 32;

describe('slab', () => {
  it('gives back what was appended to each chain, however chains come and go', () => {
    const action = fc.record({
      chain: fc.integer({ min: 0, max: 5 }),
      bytes: fc.uint8Array({ maxLength: 100, size: 'max' }),
      free: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 100, size: 'max' }), (actions) => {
        const slab = createSlab(CHUNK * CHUNKS, CHUNK);
        const chains: readonly Chain[] = Array.from({ length: 6 }, createChain);
        const model = new Map<Chain, Buffer>();
        for (const { chain: index, bytes, free } of actions) {
          const chain = chains[index] ?? createChain();
          const before = model.get(chain) ?? Buffer.alloc(0);
          if (free) {
            slab.free(chain);
            model.delete(chain);
          } else {
            const chunks = (size: number) => Math.ceil(size / CHUNK);
            const others = [...model].filter(([other]) => other !== chain);
            const taken = others.reduce((sum, [, content]) => sum + chunks(content.length), 0);
            const fits = taken + chunks(before.length + bytes.length) <= CHUNKS;
            expect(slab.fits(chain, bytes.length)).toBe(fits);
            if (fits) {
              slab.append(chain, Buffer.from(bytes), bytes.length);
              model.set(chain, Buffer.concat([before, bytes]));
            }
          }
          for (const [other, content] of model) expect(slab.read(other).equals(content)).toBe(true);
          const used = [...model.values()].reduce(
            (sum, content) => sum + Math.ceil(content.length / CHUNK),
            0,
          );
          expect(slab.used()).toBe(used * CHUNK);
        }
      }),
    );
  });
});

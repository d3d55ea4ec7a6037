import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, redactUrl } from './redact.ts';

describe('createRedactor', () => {
  it('hides every secret wherever it stands, also as it looks in a URL', () => {
    const secret = fc.string({ minLength: 8 }).filter((text) => !'[hidden]'.includes(text));
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 3 }), fc.string(), (secrets, around) => {
        const redact = createRedactor(secrets);
        for (const one of secrets) {
          const shown = redact(`${around} ${one} postgresql://u:${encodeURIComponent(one)}@h/d`);
          expect(shown).not.toContain(one);
          expect(shown).not.toContain(encodeURIComponent(one));
        }
      }),
    );
  });

  it('leaves other text as it is', () => {
    expect(createRedactor(['secret', ''])('nothing here')).toBe('nothing here');
  });
});

describe('redactUrl', () => {
  it('keeps host, port and database only', () => {
    expect(redactUrl('postgresql://user:pass@db:5433/shop?password=again')).toBe('postgresql://db:5433/shop');
    expect(redactUrl('user:pass@db')).not.toContain('pass');
    expect(redactUrl('no url with pass')).toBe('[hidden]');
  });
});

import { Type } from 'typebox';
import { problemTypes } from './problem.ts';

/**
 * One line of text for people: not only blanks, no control characters, no half of a surrogate pair, and nothing that turns the
 * direction of what follows, by which an amount could be made to read as another. `maxLength` in characters.
 */
export const Line = (maxLength: number, description: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]*$',
    description,
  });

/** An id that the system gave: a UUID. */
export const Id = (description: string) =>
  Type.String({
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    description,
    examples: ['0b7e4f0c-9e0b-4f4e-8a57-2f4b3d1c6a90'],
  });

/** An amount in the currency's smallest unit, exact. */
export const Amount = (description: string, minimum = 1, maximum = 1_000_000_000) =>
  Type.Integer({ minimum, maximum, description });

/** Currencies that can be charged. ISO 4217. */
const currencies =
  'AED AUD BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW KWD MXN MYR NOK NZD PEN PHP PLN RON SAR SEK SGD THB TND TRY TWD USD VND ZAR'.split(
    ' ',
  );

export const Currency = Type.Enum(currencies, { description: 'ISO 4217', examples: ['EUR'] });

export const Email = Type.String({
  maxLength: 254,
  pattern: '^[^\\s@<>,;:"()\\[\\]\\\\\\p{C}]+@[^\\s@<>,;:"()\\[\\]\\\\\\p{C}]+$',
  description: 'One address, without a display name',
  examples: ['ada@example.org'],
});

export const Person = Type.Object(
  { name: Line(200, 'As on the receipt'), email: Email },
  { additionalProperties: false },
);

export const Time = Type.String({ format: 'date-time', description: 'UTC' });

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.String({
    pattern: '^[A-Za-z0-9_.:-]{8,128}$',
    description:
      'Chosen by the client, one per intended write. The same request with the same key is carried out once, however often it is sent.',
  }),
});

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'What kind of problem; the address explains it' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.Optional(Type.String({ description: 'JSON Pointer into the body' })),
          parameter: Type.Optional(Type.String()),
          header: Type.Optional(Type.String()),
          detail: Type.String(),
        }),
      ),
    ),
  },
  { description: 'RFC 9457' },
);

/** The answers with problem documents for some status codes. */
export function refusals(...statuses: readonly number[]) {
  return Object.fromEntries(
    statuses.map((status) => {
      const kinds = Object.entries(problemTypes).filter(([, kind]) => kind.status === status);
      const description = kinds.map(([type, { title }]) => `${title} (${type})`).join('; ');
      return [status, { description, content: { 'application/problem+json': { schema: ProblemSchema } } }];
    }),
  );
}

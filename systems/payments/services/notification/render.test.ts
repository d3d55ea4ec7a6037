import { expect, test } from 'vitest';
import { type NotificationRequest, render, subjectOf } from './render.ts';

const request: NotificationRequest = {
  order: '0b7e4f0c-9e0b-4f4e-8a57-2f4b3d1c6a90',
  kind: 'receipt',
  customer: { name: 'Ada', email: 'ada@example.org' },
  items: [{ sku: 'lamp', name: 'Lamp', quantity: 3, unitPrice: 1005 }],
  currency: 'EUR',
  total: 3015,
  acceptedAt: '2026-11-21T05:43:23.732Z',
  reference: 'ref-1',
  reason: null,
};

test('amounts are shown exactly, with the decimals of their currency', () => {
  expect(render(request)).toContain('3 × Lamp (lamp) at EUR 10.05: EUR 30.15\n\nTotal paid: EUR 30.15\n');
  expect(render({ ...request, currency: 'JPY' })).toContain('JPY 3,015');
  expect(render({ ...request, currency: 'KWD' })).toContain('KWD 3.015');
});

test('who was not charged is told so, with the reason', () => {
  const text = render({ ...request, kind: 'refusal', reason: 'The card was declined.' });
  expect(text).toContain('Nothing was charged. The card was declined.');
  expect(text).not.toContain('paid');
});

test('the subject names the order', () => {
  expect(subjectOf(request)).toBe(`Receipt: order ${request.order}`);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isFinal,
  legalMoves,
  nextState,
  type OrderState,
  type Outcome,
  orderStates,
  stepOf,
} from './machine.ts';

const outcomes: readonly Outcome[] = ['charged', 'declined', 'gave-up', 'voided', 'notified'];

function outcomesOf(state: OrderState): readonly Outcome[] {
  return outcomes.filter((outcome) => {
    try {
      nextState(state, outcome);
      return true;
    } catch {
      return false;
    }
  });
}

test('whatever comes, an order is final after at most four outcomes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), (choices) => {
      let state: OrderState = 'accepted';
      for (const choice of choices) {
        const possible = outcomesOf(state);
        const outcome = possible[choice % Math.max(1, possible.length)];
        if (outcome !== undefined) state = nextState(state, outcome);
      }
      expect(isFinal(state)).toBe(true);
    }),
  );
});

test('a final state has no next step and no way out; every other has both', () => {
  for (const state of orderStates) {
    expect(stepOf(state) === null).toBe(isFinal(state));
    expect(outcomesOf(state).length === 0).toBe(isFinal(state));
  }
});

test('no order that was refused or called off is ever completed, and none that was paid is not', () => {
  const reach = (from: OrderState): readonly OrderState[] => [
    from,
    ...legalMoves.filter(([start]) => start === from).flatMap(([, to]) => reach(to)),
  ];
  expect(reach('charged')).toEqual(['charged', 'completed']);
  expect(reach('declined')).toEqual(['declined', 'rejected']);
  expect(reach('voided')).toEqual(['voided', 'cancelled']);
});

test('an outcome that does not belong to the state is refused', () => {
  expect(() => nextState('completed', 'charged')).toThrow(
    'An order that is completed cannot become charged.',
  );
  expect(() => nextState('charged', 'voided')).toThrow();
});

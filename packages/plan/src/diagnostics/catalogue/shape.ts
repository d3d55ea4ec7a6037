import type { DiagnosticEntry } from './entry.ts';

/** Shape of the definition: BW10xx. */
export const SHAPE = {
  BW1001: {
    severity: 'error',
    title: 'Unknown option',
    message: "There is no option '{key}' here.",
    cause: 'An option that nobody reads would be ignored in silence, so it is refused.',
    fix: '{suggestion}Options here: {known}.',
  },
  BW1002: {
    severity: 'error',
    title: 'Wrong kind of value',
    message: 'This is {actual}, but {expected} is needed.',
    cause: 'The option takes another kind of value.',
    fix: 'Write, for example, {example}.',
  },
  BW1003: {
    severity: 'error',
    title: 'Missing option',
    message: "'{key}' is missing.",
    cause: 'There is no default that would suit everyone.',
    fix: 'Add {key}, for example {example}.',
  },
  BW1004: {
    severity: 'error',
    title: 'Number out of range',
    message: '{actual} is out of range.',
    cause: 'AWS accepts only values of this range.',
    fix: 'Give {expected}.',
  },
  BW1005: {
    severity: 'error',
    title: 'Not one of the allowed values',
    message: '{actual} is not allowed here.',
    cause: 'Only the listed values have a meaning.',
    fix: '{suggestion}Allowed: {allowed}.',
  },
  BW1006: {
    severity: 'error',
    title: 'Text in the wrong form',
    message: '{actual} is not {expected}.',
    cause: 'Values with a unit or a form are read strictly, so that none is misread.',
    fix: 'Write, for example, {example}.',
  },
  BW1007: {
    severity: 'error',
    title: 'Not plain data',
    message: 'This is {actual}; a definition is plain data.',
    cause:
      'A definition is resolved, printed and compared, so it holds texts, numbers, booleans, lists and objects only.',
    fix: 'Compute the value first and put the result here.',
  },
  BW1008: {
    severity: 'error',
    title: 'Not to be overridden',
    message: "An environment cannot change '{key}'.",
    cause: 'It is the same for every environment by its nature.',
    fix: 'Move it to the top of the definition.',
  },
} as const satisfies Record<string, DiagnosticEntry>;

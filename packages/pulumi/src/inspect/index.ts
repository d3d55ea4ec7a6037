export { type AnswerOptions, answersOf, describedAnswers, type Origin } from './answers.ts';
export {
  type Answer,
  type Answers,
  type Created,
  type Inspection,
  type InspectOptions,
  inspect,
} from './inspect.ts';
export { type Part, partsOf } from './parts.ts';
export { masked, type Registration, SECRET } from './registration.ts';
export { type InspectSystemOptions, inspectSystem, refusalOf } from './system.ts';

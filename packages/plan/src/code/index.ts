export {
  array,
  type Code,
  type Commented,
  call,
  escapeTemplate,
  literal,
  object,
  quote,
  quoted,
  render,
  text,
  WIDTH,
} from './code.ts';
export { camelCase, type Namer, namer, pascalCase, unrepeated, wordsOf } from './names.ts';

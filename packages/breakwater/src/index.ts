// What a definition is written with, and `resolve` for programs that go on from its plan, so that its author needs one package only.
export {
  auroraPostgres,
  bucket,
  type Definition,
  type Diagnostic,
  defineSystem,
  existingSecret,
  generatedSecret,
  type Plan,
  postgres,
  type ResolveOptions,
  resolve,
  type ServiceOptions,
  type SystemDefinition,
  table,
} from '@breakwater/plan';

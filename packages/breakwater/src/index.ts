// What a definition is written with, so that its author needs one package only.
export {
  auroraPostgres,
  bucket,
  type Definition,
  defineSystem,
  existingSecret,
  generatedSecret,
  postgres,
  type ServiceOptions,
  type SystemDefinition,
  table,
} from '@breakwater/plan';

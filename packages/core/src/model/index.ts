export {
  mustBeAtLeast,
  mustBeAtMost,
  mustBeLongerOrEqual,
  mustBeOneOf,
  mustBeShorterOrEqual,
  mustMatchPattern,
  mustNotBeNull,
  mustSatisfyRegularExpression,
} from './constraint-texts.ts';
export type * as Ecr from './generated/ecr.ts';
export type * as EcrPublic from './generated/ecr-public.ts';
export { matches } from './patterns.ts';
export {
  blobMembers,
  type DeclaredError,
  hasOperation,
  type InputOf,
  inputShape,
  lacksOperation,
  type OperationName,
  type OutputOf,
  operationNames,
  pagination,
  type Service,
  type Services,
  serviceFacts,
} from './services.ts';
export type {
  BlobShape,
  BooleanShape,
  ListShape,
  Member,
  NumberShape,
  Pages,
  ServiceFacts,
  Shape,
  StringShape,
  StructureShape,
} from './shape.ts';
export { validateInput } from './validate.ts';

export { mustBeLongerOrEqual, mustBeShorterOrEqual, mustSatisfyRegularExpression } from './constraint-texts.ts';
export type * as Ecr from './generated/ecr.ts';
export type * as EcrPublic from './generated/ecr-public.ts';
export {
  blobMembers,
  hasOperation,
  type InputOf,
  lacksOperation,
  type OperationName,
  type OutputOf,
  operationNames,
  type ServiceModel,
  type ServiceName,
  type Services,
} from './services.ts';
export { validateInput } from './validate.ts';

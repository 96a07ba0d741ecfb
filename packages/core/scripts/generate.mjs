// Writes all that is generated from the service models and from the folders of operations: `node scripts/generate.mjs`.
import { write as writeModel } from './generate-model.mjs';
import { write as writeOperations } from './generate-operations.mjs';

writeModel();
writeOperations();

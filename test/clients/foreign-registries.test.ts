import { craneRegistry, distribution } from '../bench/peers.ts';
import { crane, dockerRegistry } from '../support/describe-with.ts';
import { describeForeignRegistry } from './foreign-registries.ts';

describeForeignRegistry(dockerRegistry, distribution);
describeForeignRegistry(crane, craneRegistry);

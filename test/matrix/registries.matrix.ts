import { olareg as kind } from '../bench/peers.ts';
import { describeForeignRegistry } from '../clients/foreign-registries.ts';
import { olareg } from '../support/describe-with.ts';

describeForeignRegistry(olareg, kind);

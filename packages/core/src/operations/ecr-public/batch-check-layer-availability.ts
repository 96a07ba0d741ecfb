import * as access from '../../access/door.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import type { EcrPublic } from '../../model/index.ts';
import { checkLayers } from '../shared/layers.ts';
import { placeOf } from './place.ts';

/**
 * Returns for each digest whether the repository has a layer with this digest. A missing layer is listed as UNAVAILABLE
 * in `layers`, and not in `failures`.
 */
export async function batchCheckLayerAvailability(
  context: Context,
  caller: Caller,
  input: EcrPublic.BatchCheckLayerAvailabilityRequest,
): Promise<EcrPublic.BatchCheckLayerAvailabilityResponse> {
  const repository = await access.openForPush(context, caller, 'BatchCheckLayerAvailability', placeOf(caller, input));
  return checkLayers(context, repository, input.layerDigests);
}

import { inject } from 'vitest';
import { describeRoundTrip } from '../test-support/describe-round-trip.ts';

describeRoundTrip(inject('engine'));

import { describeRoundTrip } from '../test-support/describe-round-trip.ts';

describeRoundTrip('Node');

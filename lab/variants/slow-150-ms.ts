import { delayLine } from '../faults/delay-line.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const slow150Ms: LabVariant = {
  name: 'slow-150-ms',
  story: 'One site is on another continent: 150 ms there and back, and nothing is lost.',
  fleet: { ...plainFleet, afterwards: [delayLine('inet', 'nat1', 150)] },
};

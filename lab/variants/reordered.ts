import { delayLine } from '../faults/delay-line.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const reordered: LabVariant = {
  name: 'reordered',
  story: 'The line of one site delivers packets out of order, as bonded lines do: every second one is 60 ms late.',
  fleet: { ...plainFleet, afterwards: [delayLine('inet', 'nat1', 10, 70)] },
};

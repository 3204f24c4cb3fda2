import type { FaultStep } from '../../fault.ts';
import { drop } from '../drop.ts';

/** A carrier that drops IP fragments, the first ones too. */
export function dropFragments(): FaultStep {
  return drop('inet', 'forward', 'ip frag-off & 0x3fff != 0');
}

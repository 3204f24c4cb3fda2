import type { FaultStep } from '../../fault.ts';
import { drop } from '../drop.ts';

/** A carrier that drops IP fragments, the first ones too. */
export function dropFragments(): readonly FaultStep[] {
  return [drop('inet', 'forward', 'ip frag-off & 0x3fff != 0'), drop('inet', 'forward', 'exthdr frag exists')];
}

import { type FaultStep, shell } from '../fault.ts';

export type Hook = 'prerouting' | 'input' | 'forward' | 'output';

/** Makes a place drop the packets that match, in an nftables table of its own beside the lab's rules. */
export function drop(place: string, hook: Hook, match: string): FaultStep {
  return shell(
    place,
    `nft add table inet fault &&
     nft add chain inet fault ${hook} '{ type filter hook ${hook} priority 10; }' &&
     nft add rule inet fault ${hook} '${match} drop'`,
  );
}

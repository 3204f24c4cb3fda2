import { type FaultStep, shell } from '../../fault.ts';
import { drop } from '../drop.ts';

/** What the node has on its way would renew the mapping: it waits outside while that is forgotten. */
const FORGET = `
nft add table inet lull &&
nft add chain inet lull forward '{ type filter hook forward priority 10; }' &&
nft add rule inet lull forward udp dport 51820 drop &&
sleep 0.1
conntrack -D -p udp --dport 51820 >/dev/null 2>&1
sleep 0.1
nft delete table inet lull
`;

/** The site's router forgets the tunnel's mapping and, as most do, says nothing to packets that find none. */
export const loseMapping: readonly FaultStep[] = [
  drop('nat1', 'input', 'iifname "wan" udp sport 51820'),
  shell('nat1', FORGET),
];

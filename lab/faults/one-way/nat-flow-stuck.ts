import { type Fault, shell } from '../../fault.ts';

/** Drops what comes for the port from which the node sends now, and for no other. */
const LOSE_FLOW = `
port=$(conntrack -L -p udp --dport 51820 2>/dev/null | awk 'match($0, /sport=[0-9]+/) { print substr($0, RSTART + 6, RLENGTH - 6); exit }')
nft add table inet fault &&
nft add chain inet fault forward '{ type filter hook forward priority 10; }' &&
nft add rule inet fault forward iifname wan udp sport 51820 udp dport "$port" drop
`;

export const natFlowStuck: Fault = {
  name: 'nat-flow-stuck',
  story:
    "After a failover of the site's router one direction of the tunnel's flow is lost in it; the node's keepalives hold the dead entry for ever.",
  label: { class: 'one-way-nat', cause: 'inbound-filtered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubeletUnreachable',
  inject: [shell('nat1', LOSE_FLOW)],
  needs: 'namespaces',
};

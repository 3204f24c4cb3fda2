import { type FaultStep, shell } from '../../fault.ts';

const REOPEN_SOCKET = `
sysctl -q -w net.ipv4.ip_no_pmtu_disc=1 &&
wg set wg0 listen-port "$(wg show wg0 listen-port)" &&
sysctl -q -w net.ipv4.ip_no_pmtu_disc=0
`;

/**
 * Lets the tunnel's outer packets be fragmented, as those of kernel WireGuard are: wireguard-go sets DF unless its
 * socket is opened while ip_no_pmtu_disc is on, and setting the port opens it anew.
 */
export function fragmentOuter(): readonly FaultStep[] {
  return [shell('hub-1', REOPEN_SOCKET), shell('gpu-1', REOPEN_SOCKET)];
}

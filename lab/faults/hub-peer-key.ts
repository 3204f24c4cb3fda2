/** Shell words that give the public key under which the hub knows the peer of a tunnel address. */
export function hubPeerKey(tunnelAddress: string): string {
  return `$(wg show wg0 allowed-ips | awk '$2 == "${tunnelAddress}/32" { print $1 }')`;
}

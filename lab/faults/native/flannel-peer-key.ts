/** Shell words that give the key under which flannel's device has the peer with a pod network. */
export function flannelPeerKey(podCidr: string): string {
  return `"$(wg show flannel-wg allowed-ips | awk '$2 == "${podCidr}" { print $1 }')"`;
}

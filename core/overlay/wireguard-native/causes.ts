/**
 * The deepest layer first: without the device there are no peers, with another key no peer answers, and what a packet meets
 * last comes last. They are not those of wg0: flanneld makes this device anew, and Restitch cannot make wg0.
 */
export const nativeCauses = [
  { drift: 'device-missing', cause: 'flannel-interface-missing' },
  { drift: 'device-down', cause: 'flannel-interface-down' },
  { drift: 'device-wrong', attribute: 'key', cause: 'flannel-key-unannounced' },
  { drift: 'peer-key-wrong', cause: 'flannel-peer-key-stale' },
  { drift: 'peer-missing', cause: 'flannel-peer-missing' },
  { drift: 'device-hung', cause: 'flannel-daemon-hung' },
  { drift: 'allowed-ips-missing', cause: 'allowed-ips-missing' },
  { drift: 'network-overlap', cause: 'pod-cidr-overlap' },
  { drift: 'route-shadowed', cause: 'pod-route-escaped' },
  { drift: 'route-wrong', cause: 'pod-route-escaped' },
  { drift: 'route-missing', cause: 'peer-pod-route-missing' },
] as const;

/** The deepest layer first. Routes come last: alone they are a matter of routes, and of nothing else of the device. */
export const vxlanCauses = [
  { drift: 'device-missing', cause: 'device-missing' },
  { drift: 'device-down', cause: 'device-down' },
  { drift: 'device-wrong', attribute: 'mac', cause: 'wrong-mac' },
  { drift: 'device-wrong', attribute: 'vni', cause: 'wrong-vni' },
  { drift: 'device-wrong', attribute: 'port', cause: 'wrong-port' },
  { drift: 'device-wrong', attribute: 'local', cause: 'wrong-local' },
  { drift: 'address-missing', cause: 'address-missing' },
  { drift: 'network-overlap', cause: 'pod-cidr-overlap' },
  { drift: 'route-shadowed', cause: 'route-escaped' },
  { drift: 'route-wrong', cause: 'route-escaped' },
  { drift: 'fdb-missing', cause: 'fdb-missing' },
  { drift: 'fdb-wrong', cause: 'fdb-wrong' },
  { drift: 'neighbour-wrong', cause: 'neighbour-wrong' },
  { drift: 'neighbour-missing', cause: 'neighbour-missing' },
  { drift: 'route-missing', cause: 'peer-pod-route-missing' },
] as const;

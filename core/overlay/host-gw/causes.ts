/** There is nothing but routes: one that leads elsewhere, then one that is missing. */
export const hostGwCauses = [
  { drift: 'network-overlap', cause: 'pod-cidr-overlap' },
  { drift: 'route-shadowed', cause: 'pod-route-escaped' },
  { drift: 'route-wrong', cause: 'pod-route-escaped' },
  { drift: 'route-missing', cause: 'peer-pod-route-missing' },
] as const;

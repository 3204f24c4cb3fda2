import type { Fault } from '../../fault.ts';

export const hostGwUntouched: Fault = {
  name: 'host-gw-untouched',
  story: 'An overlay of plain routes in which nothing is wrong when anybody looks.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [],
  needs: 'namespaces',
  backend: 'host-gw',
};

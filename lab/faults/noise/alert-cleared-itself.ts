import type { Fault } from '../../fault.ts';

export const alertClearedItself: Fault = {
  name: 'alert-cleared-itself',
  story: 'The site’s uplink was gone for half a minute; when anybody looks, everything is as it should be.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [],
};

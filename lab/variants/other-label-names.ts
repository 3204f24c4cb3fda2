import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

const labels = {
  role: 'example.com/net-role',
  pool: 'example.com/pool',
  site: 'topology.kubernetes.io/region',
  hub: 'example.com/gateway',
};

export const otherLabelNames: LabVariant = {
  name: 'other-label-names',
  story: 'The team has its own names for the labels of role, pool, site and hub.',
  fleet: { ...plainFleet, labels },
  settings: {
    LABEL_ROLE: labels.role,
    LABEL_POOL: labels.pool,
    LABEL_SITE: labels.site,
    LABEL_HUB: labels.hub,
  },
};

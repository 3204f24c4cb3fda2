import { changedHosts, plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import type { LabVariant } from './lab-variant.ts';
import { widenSpoke } from './widen-spoke.ts';

const CLOUD_PUBLIC = '198.51.100.20';

const announced = (host: LabHost): LabHost => ({
  ...host,
  publicAddress: CLOUD_PUBLIC,
  flannel: { ...host.flannel, publicIp: CLOUD_PUBLIC, local: host.flannel.publicIp },
  node: { annotations: { 'flannel.alpha.coreos.com/public-ip-overwrite': CLOUD_PUBLIC } },
});

const reaching = (host: LabHost): LabHost => widenSpoke(host, [`${CLOUD_PUBLIC}/32`]);

export const announcedNotLocal: LabVariant = {
  name: 'announced-not-local',
  story: 'The cloud node announces its public address, which the VPC maps to it one to one (public-ip-overwrite).',
  fleet: {
    ...plainFleet,
    hosts: changedHosts({ 'cloud-1': announced, 'gpu-1': reaching, 'gpu-2': reaching }),
  },
};

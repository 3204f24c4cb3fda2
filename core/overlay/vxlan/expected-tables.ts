import type { ExpectedTables } from '../../evidence/table-digests.ts';
import type { VxlanVtep } from './vtep.ts';

/** What flanneld writes on every other host for each of them, where nothing is routed directly. */
export function vxlanTables(vteps: readonly VxlanVtep[], device: string): ExpectedTables {
  return {
    neighbours: vteps.map(({ overlayIp, vtepMac }) => [overlayIp, vtepMac, 'PERMANENT']),
    fdb: vteps.map(({ vtepMac, publicIp }) => [vtepMac, publicIp]),
    routes: vteps.map(({ podCidr, overlayIp }) => [podCidr, overlayIp, device, true, 0, 'boot', null, null, 0]),
  };
}

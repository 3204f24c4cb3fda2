import { brokenPaths } from '../evidence/paths.ts';
import { everyLayerAndWorkload } from '../evidence/probe-name.ts';
import type { Facts } from './facts.ts';

/** A host that forwards, but not what comes in on one device of the stack. */
export interface DeviceForwardingOff {
  readonly host: string;
  readonly device: string;
}

/** Forwarding that is off on a device of the overlay, the tunnel or the pods, of the node or of its hub, where paths are lost. */
export function deviceForwardingOff({ evidence, node, hub, name }: Facts): DeviceForwardingOff | undefined {
  if (brokenPaths(evidence, everyLayerAndWorkload).length === 0) return undefined;
  const hosts = [
    { host: name, measured: node },
    { host: hub?.name ?? '', measured: hub?.measured },
  ];
  for (const { host, measured } of hosts) {
    const bridges = (measured?.links ?? []).flatMap((link) =>
      link.kind === 'bridge' && link.name.startsWith('cni') ? [link.name] : [],
    );
    const devices = [evidence.flannelDevice, evidence.wireguardDevice, ...bridges].filter((device) => device !== null);
    const off = devices.find((device) => measured?.sysctls[`net.ipv4.conf.${device}.forwarding`] === 0);
    if (off !== undefined && measured?.sysctls['net.ipv4.ip_forward'] === 1) return { host, device: off };
  }
  return undefined;
}

import { brokenPaths } from '../evidence/paths.ts';
import { everyLayerAndWorkload } from '../evidence/probe-name.ts';
import { type Facts, nodeAndHub } from './facts.ts';

/** A host that forwards, but not what comes in on one device of the stack. */
export interface DeviceForwardingOff {
  readonly host: string;
  readonly device: string;
}

/** Forwarding that is off on a device of the overlay, the tunnel or the pods, of the node or of its hub, where paths are lost. */
export function deviceForwardingOff(facts: Facts): DeviceForwardingOff | undefined {
  const { evidence } = facts;
  if (brokenPaths(evidence, everyLayerAndWorkload).length === 0) return undefined;
  for (const { host, measured } of nodeAndHub(facts)) {
    const bridges = measured.links.flatMap((link) =>
      link.kind === 'bridge' && link.name.startsWith('cni') ? [link.name] : [],
    );
    const devices = [evidence.flannelDevice, evidence.wireguardDevice, ...bridges].filter((device) => device !== null);
    const off = devices.find((device) => measured.sysctls[`net.ipv4.conf.${device}.forwarding`] === 0);
    if (off !== undefined && measured.sysctls['net.ipv4.ip_forward'] === 1) return { host, device: off };
  }
  return undefined;
}

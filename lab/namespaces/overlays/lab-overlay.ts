import type { OverlayName } from '../../../core/overlay/overlay-name.ts';
import type { FlannelLease } from '../describe-host.ts';
import type { LabHost } from '../lab-host.ts';
import type { Names } from '../names.ts';

/** One backend of flannel on a fleet of namespaces: the hosts that it needs, what their Node objects say, what flanneld does. */
export interface LabOverlay {
  readonly backend: OverlayName;
  /** Every host of the fleet, in a stable order. */
  readonly hosts: readonly LabHost[];
  /** MTU of the host's pods, which flanneld writes into subnet.env. */
  podMtuBytes(host: LabHost): number;
  /** What flanneld writes into the host's Node object. */
  lease(host: LabHost): FlannelLease;
  /** The stub of flanneld on the host. */
  flanneld(names: Names, host: LabHost): FlanneldScript;
  /** Makes what is there before the host's flanneld starts. */
  prepareHost?(names: Names, host: LabHost): Promise<void>;
  /** Runs on every host when all of them are there. */
  connectHost?(names: Names, host: LabHost): Promise<void>;
}

/** Lines of POSIX shell. */
export interface FlanneldScript {
  /** At its start, before it writes subnet.env. */
  readonly start: readonly string[];
  /** Over and over from then on; they must wait. */
  readonly loop: readonly string[];
}

/** What flanneld does between two leases that change: nothing. */
export const waitForLeases: FlanneldScript['loop'] = ['sleep 3600'];

import type { IpFamily } from '../network/mtu.ts';

/** One node's place in the overlay, as far as every overlay has it in common. */
export interface Member {
  readonly node: string;
  readonly family: IpFamily;
  /** `a.b.c.0/24`: the node's pods. */
  readonly podCidr: string;
  /** An address of the node that is reached through the overlay alone: its flannel device, or its pods' gateway. */
  readonly overlayIp: string;
  /** Where the peers send to. */
  readonly publicIp: string;
}

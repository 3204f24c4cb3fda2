import type { IpFamily } from '../network/mtu.ts';
import { rememberObject } from '../remember.ts';

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

/** The member of a node. A fleet of thousands is asked for each of them in turn. */
export function memberNamed<M extends Member>(members: readonly M[], node: string): M | undefined {
  const position = positions(members).get(node);
  return position === undefined ? undefined : members[position];
}

const positions = rememberObject(
  (members: readonly Member[]) => new Map(members.map(({ node }, index) => [node, index])),
);

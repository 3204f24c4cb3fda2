import { deviceWith } from '../../evidence/device-with.ts';
import type { Operation } from '../../grammar/operation.ts';
import type { Drift } from '../drift.ts';
import type { Member } from '../member.ts';
import type { HostWork } from '../overlay.ts';

/** The route of the peer, as flanneld makes it; what shadows it goes. */
export function mendHostGw(drift: Drift, { self, peers, readings }: HostWork<Member>): readonly Operation[] {
  if (drift.type === 'route-shadowed') return [{ op: 'route del', cidr: drift.destination, dev: drift.device }];
  if (drift.type === 'network-overlap') return [];
  const peer = 'peer' in drift ? peers.find(({ node }) => node === drift.peer) : undefined;
  const measured = readings(self.node);
  const dev = measured && deviceWith(measured, self.publicIp);
  if (peer === undefined || dev === undefined) return [];
  return [{ op: 'route replace', cidr: peer.podCidr, via: peer.publicIp, dev }];
}

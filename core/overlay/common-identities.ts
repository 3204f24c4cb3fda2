import type { Member } from './member.ts';
import type { Identity } from './overlay.ts';

/** What no two nodes of any overlay may share. */
export function commonIdentities({ podCidr, publicIp }: Member): readonly Identity[] {
  return [
    { what: 'pod CIDR', value: podCidr },
    { what: 'public IP', value: publicIp },
  ];
}

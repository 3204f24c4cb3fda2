import type { IpFamily } from './mtu.ts';

/** The sysctl without which a host passes no packet of a family on. */
export const forwardingKeys = {
  ipv4: 'net.ipv4.ip_forward',
  ipv6: 'net.ipv6.conf.all.forwarding',
} as const satisfies Readonly<Record<IpFamily, string>>;

export type ForwardingKey = (typeof forwardingKeys)[IpFamily];

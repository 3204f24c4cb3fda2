import { forwardingKeys } from '../network/forwarding-key.ts';
import type { Operation } from './operation.ts';

/** One form of a line: its words, and the operation that they make. */
type Form = readonly [line: RegExp, make: (...words: readonly string[]) => Operation | undefined];

const forms: readonly Form[] = [
  [
    /^sysctl (\S+) 1$/,
    (text) => {
      const key = Object.values(forwardingKeys).find((known) => known === text);
      return key && { op: 'sysctl', key, value: 1 };
    },
  ],
  [
    /^vxlan create (\S+) id (\d+) dstport (\d+) local (\S+) dev (\S+) address (\S+) mtu (\d+)$/,
    (dev = '', vni, port, local = '', under = '', mac = '', mtu) => ({
      op: 'vxlan create',
      dev,
      vni: Number(vni),
      port: Number(port),
      local,
      under,
      mac,
      mtuBytes: Number(mtu),
    }),
  ],
  [/^link up (\S+)$/, (dev = '') => ({ op: 'link up', dev })],
  [/^link mtu (\S+) (\d+)$/, (dev = '', mtu) => ({ op: 'link mtu', dev, mtuBytes: Number(mtu) })],
  [
    /^offload (\S+) tx-checksum-ip-generic off$/,
    (dev = '') => ({ op: 'offload', dev, feature: 'tx-checksum-ip-generic', value: 'off' }),
  ],
  [/^addr del (\S+) dev (\S+)$/, (address = '', dev = '') => ({ op: 'addr del', address, dev })],
  [/^addr replace (\S+) dev (\S+)$/, (address = '', dev = '') => ({ op: 'addr replace', address, dev })],
  [/^wg listen-port (\S+) (\d+)$/, (dev = '', port) => ({ op: 'wg listen-port', dev, port: Number(port) })],
  [
    /^wg keepalive (\S+) peer (\S+) (\d+)$/,
    (dev = '', peer = '', seconds) => ({ op: 'wg keepalive', dev, peer, seconds: Number(seconds) }),
  ],
  [
    /^wg endpoint (\S+) peer (\S+) (\S+)$/,
    (dev = '', peer = '', endpoint = '') => ({ op: 'wg endpoint', dev, peer, endpoint }),
  ],
  [
    /^wg allowed-ips (\S+) peer (\S+) (\S.*)$/,
    (dev = '', peer = '', cidrs = '') => ({ op: 'wg allowed-ips', dev, peer, cidrs: cidrs.split(' ') }),
  ],
  [
    /^wg add (\S+) peer (\S+) endpoint (\S+) keepalive (\d+) allowed-ips (\S.*)$/,
    (dev = '', peer = '', endpoint = '', seconds = '', cidrs = '') => ({
      op: 'wg add',
      dev,
      peer,
      endpoint,
      seconds: Number(seconds),
      cidrs: cidrs.split(' '),
    }),
  ],
  [/^wg del (\S+) peer (\S+)$/, (dev = '', peer = '') => ({ op: 'wg del', dev, peer })],
  [
    /^neigh replace (\S+) lladdr (\S+) dev (\S+)$/,
    (ip = '', mac = '', dev = '') => ({ op: 'neigh replace', ip, mac, dev }),
  ],
  [/^fdb replace (\S+) dst (\S+) dev (\S+)$/, (mac = '', dst = '', dev = '') => ({ op: 'fdb replace', mac, dst, dev })],
  [
    /^route replace (\S+) via (\S+) dev (\S+) onlink(?: mtu (\d+))?$/,
    (cidr = '', via = '', dev = '', mtu?: string) => ({
      op: 'route replace',
      cidr,
      via,
      dev,
      ...(mtu === undefined ? {} : { mtuBytes: Number(mtu) }),
    }),
  ],
  [
    /^route set (\S+) dev (\S+?)(?: mtu (\d+))?$/,
    (cidr = '', dev = '', mtu?: string) => ({
      op: 'route set',
      cidr,
      dev,
      mtuBytes: mtu === undefined ? null : Number(mtu),
    }),
  ],
  [/^route del (\S+) dev (\S+)$/, (cidr = '', dev = '') => ({ op: 'route del', cidr, dev })],
  [/^route flush cache (\S+)$/, (address = '') => ({ op: 'route flush cache', address })],
  [
    /^conntrack del udp (\S+) (\S+) at (\S+)$/,
    (from = '', to = '', at = '') => ({ op: 'conntrack del', from, to, at }),
  ],
];

/** Reads a line that `formatOperation` wrote. Undefined: it is none; a rung may say in words what it does. */
export function parseOperation(line: string): Operation | undefined {
  for (const [pattern, make] of forms) {
    const found = pattern.exec(line);
    if (found !== null) return make(...found.slice(1));
  }
  return undefined;
}

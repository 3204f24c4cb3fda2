import { describe, expect, it } from 'vitest';
import { formatOperation, type Operation } from '../../../core/grammar/operation.ts';
import { parseOperation } from '../../../core/grammar/parse-operation.ts';

const key = 'k'.repeat(43);

/** One of each kind: a kind that is missing here is a type error. */
const samples: { readonly [K in Operation['op']]: Extract<Operation, { readonly op: K }>[] } = {
  sysctl: [
    { op: 'sysctl', key: 'net.ipv4.ip_forward', value: 1 },
    { op: 'sysctl', key: 'net.ipv6.conf.all.forwarding', value: 1 },
  ],
  'vxlan create': [
    {
      op: 'vxlan create',
      dev: 'flannel.1',
      vni: 1,
      port: 8472,
      local: '10.0.1.10',
      under: 'wg0',
      mac: '0a:58:0a:2a:01:00',
      mtuBytes: 1370,
    },
  ],
  'link up': [{ op: 'link up', dev: 'wg0' }],
  'link mtu': [{ op: 'link mtu', dev: 'wg0', mtuBytes: 1328 }],
  offload: [{ op: 'offload', dev: 'flannel.1', feature: 'tx-checksum-ip-generic', value: 'off' }],
  'addr replace': [{ op: 'addr replace', address: '10.42.1.0/32', dev: 'flannel.1' }],
  'addr del': [{ op: 'addr del', address: '10.42.9.1/24', dev: 'cni0' }],
  'wg listen-port': [{ op: 'wg listen-port', dev: 'wg0', port: 51820 }],
  'wg keepalive': [{ op: 'wg keepalive', dev: 'wg0', peer: key, seconds: 25 }],
  'wg endpoint': [{ op: 'wg endpoint', dev: 'wg0', peer: key, endpoint: '[2001:db8::1]:51820' }],
  'wg allowed-ips': [{ op: 'wg allowed-ips', dev: 'wg0', peer: key, cidrs: ['10.200.0.0/24', '10.42.0.0/16'] }],
  'wg add': [
    { op: 'wg add', dev: 'wg0', peer: key, endpoint: '192.0.2.1:51820', seconds: 25, cidrs: ['10.200.0.1/32'] },
  ],
  'wg del': [{ op: 'wg del', dev: 'wg0', peer: key }],
  'neigh replace': [{ op: 'neigh replace', ip: '10.42.1.0', mac: '0a:58:0a:2a:01:00', dev: 'flannel.1' }],
  'fdb replace': [{ op: 'fdb replace', mac: '0a:58:0a:2a:01:00', dst: '10.0.2.20', dev: 'flannel.1' }],
  'route replace': [
    { op: 'route replace', cidr: '10.42.1.0/24', via: '10.42.1.0', dev: 'flannel.1' },
    { op: 'route replace', cidr: '10.42.1.0/24', via: '10.42.1.0', dev: 'flannel.1', mtuBytes: 1278 },
  ],
  'route set': [
    { op: 'route set', cidr: '10.200.0.11/32', dev: 'wg0', mtuBytes: 1328 },
    { op: 'route set', cidr: '10.200.0.0/24', dev: 'wg0', mtuBytes: null },
  ],
  'route del': [{ op: 'route del', cidr: '10.42.2.0/24', dev: 'docker0' }],
  'route flush cache': [{ op: 'route flush cache', address: '10.42.1.0' }],
  'conntrack del': [{ op: 'conntrack del', from: '10.0.1.1:8472', to: '10.0.2.2:8472', at: '10.42.0.9' }],
};

describe('a line of the grammar', () => {
  it.each(
    Object.values(samples)
      .flat()
      .map((operation) => [formatOperation(operation), operation] as const),
  )('is read as it was written: %s', (line, operation) => {
    expect(parseOperation(line)).toEqual(operation);
  });

  it.each(['', 'link flannel.1 down, then up', 'reboot now', 'sysctl kernel.panic 1', 'link up wg0; reboot'])(
    'is none: %s',
    (line) => {
      expect(parseOperation(line)).toBeUndefined();
    },
  );
});

import { describe, expect, it } from 'vitest';
import { findConflicts } from '../../../core/overlay/find-conflicts.ts';
import type { Member } from '../../../core/overlay/member.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { flannelKeyOf, nativeNodes } from '../../fakes/native-evidence.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';

const member = (podCidr: string, index: number): Member => ({
  node: `gpu-${index + 1}`,
  family: 'ipv4',
  podCidr,
  overlayIp: '10.42.0.0',
  publicIp: '10.200.0.1',
});
/** What nodes with these pod CIDRs claim of each other, besides equal values. */
const overlaps = (...podCidrs: readonly string[]) =>
  findConflicts(podCidrs.map(member), () => []).map(({ value, nodes }) => [value, ...nodes]);

describe('pod CIDRs that overlap', () => {
  it.each<[string, readonly string[], readonly (readonly string[])[]]>([
    ['are none where one begins after the other has ended', ['10.42.1.0/24', '10.42.0.0/24', '10.42.2.0/23'], []],
    [
      'are those inside a wider one, in the order of addresses',
      ['10.42.200.0/24', '10.43.0.0/24', '10.42.0.0/16', '10.42.12.0/24'],
      [
        ['10.42.0.0/16 and 10.42.12.0/24', 'gpu-3', 'gpu-4'],
        ['10.42.0.0/16 and 10.42.200.0/24', 'gpu-3', 'gpu-1'],
      ],
    ],
    [
      'are told with the widest around them',
      ['10.42.12.128/25', '10.42.12.0/24', '10.42.0.0/16'],
      [
        ['10.42.0.0/16 and 10.42.12.0/24', 'gpu-3', 'gpu-2'],
        ['10.42.0.0/16 and 10.42.12.128/25', 'gpu-3', 'gpu-1'],
      ],
    ],
    [
      'may begin at the same address',
      ['10.42.0.0/24', '10.42.0.0/16'],
      [['10.42.0.0/16 and 10.42.0.0/24', 'gpu-2', 'gpu-1']],
    ],
    ['are not equal ones, which are told as such', ['10.42.0.0/24', '10.42.0.0/24'], []],
    [
      'are found behind a network that has ended',
      ['10.41.0.0/16', '10.42.0.0/16', '10.42.1.0/24'],
      [['10.42.0.0/16 and 10.42.1.0/24', 'gpu-2', 'gpu-3']],
    ],
    ['leave out what is no network', ['everything', '10.42.0.0/16'], []],
    ['are none of a single node', ['10.42.0.0/16'], []],
    ['are none where there is no node', [], []],
  ])('%s', (_, podCidrs, found) => {
    expect(overlaps(...podCidrs)).toEqual(found);
  });
});

describe('the order in which nodes are listed', () => {
  const orders = <T>(all: readonly T[]): readonly (readonly T[])[] =>
    all.length < 2
      ? [all]
      : all.flatMap((first, index) => orders(all.toSpliced(index, 1)).map((rest) => [first, ...rest]));

  it.each(orders(['10.42.0.0/16', '10.42.0.0/24', '10.42.200.0/24', '10.43.0.0/24']))(
    'changes nothing of what overlaps: %s, %s, %s, %s',
    (...podCidrs) => {
      expect(overlaps(...podCidrs).map(([value]) => value)).toEqual([
        '10.42.0.0/16 and 10.42.0.0/24',
        '10.42.0.0/16 and 10.42.200.0/24',
      ]);
    },
  );
});

describe('a value that only one node can have', () => {
  const macs: Readonly<Record<string, string>> = { 'gpu-1': 'a', 'gpu-2': 'b', 'gpu-3': 'a', 'gpu-4': 'a' };
  const members = ['10.42.1.0/24', '10.42.2.0/24', '10.42.3.0/24', '10.42.4.0/24'].map(member);

  it('is claimed by all that say it', () => {
    expect(findConflicts(members, ({ node }) => [{ what: 'MAC', value: macs[node] ?? '' }])).toEqual([
      { what: 'MAC', value: 'a', nodes: ['gpu-1', 'gpu-3', 'gpu-4'] },
    ]);
  });

  it('is another one where it is said of something else', () => {
    const odd = ({ node }: Member) => [{ what: node === 'gpu-1' ? 'MAC' : 'address', value: macs[node] ?? '' }];
    expect(findConflicts(members, odd)).toEqual([{ what: 'address', value: 'a', nodes: ['gpu-3', 'gpu-4'] }]);
  });

  it('is the key, where flannel runs WireGuard itself', () => {
    const data = JSON.stringify({ PublicKey: flannelKeyOf('gpu-1') });
    const twice = nativeNodes.map((node) =>
      node.metadata.name === 'gpu-2' ? withAnnotations(node, { 'flannel.alpha.coreos.com/backend-data': data }) : node,
    );
    expect(expectedNetwork(twice, 'hub-1').conflicts).toEqual([
      { what: 'public key', value: flannelKeyOf('gpu-1'), nodes: ['gpu-1', 'gpu-2'] },
    ]);
  });
});

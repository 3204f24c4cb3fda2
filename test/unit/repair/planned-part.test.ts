import { describe, expect, it } from 'vitest';
import { hostPart, partLines, tablePart, undoLines } from '../../../core/repair/planned-part.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';

const evidence = healthyEvidence();
const neighbour = { op: 'neigh replace', ip: '10.42.12.0', mac: '0a:58:0a:2a:00:01', dev: 'flannel.1' } as const;
const mtu = { op: 'link mtu', dev: 'wg0', mtuBytes: 1300 } as const;
const made = {
  op: 'vxlan create',
  dev: 'flannel.1',
  vni: 1,
  port: 8472,
  local: '10.200.0.11',
  under: 'wg0',
  mac: '0a:58:0a:2a:0b:00',
  mtuBytes: 1370,
} as const;

describe('the changes of a host', () => {
  it('are printed with what is there now, and undone from the last to the first', () => {
    const part = hostPart(evidence, { host: 'gpu-1', operations: [neighbour, mtu] });
    expect(partLines(part)).toEqual([
      '',
      '  gpu-1',
      '    ~ neigh replace 10.42.12.0 lladdr 0a:58:0a:2a:00:01 dev flannel.1',
      '        now: 0a:58:0a:2a:0c:00',
      '    ~ link mtu wg0 1300',
      '        now: 1420',
    ]);
    expect(undoLines([part])).toEqual([
      'gpu-1: ip link set wg0 mtu 1420',
      'gpu-1: ip neigh replace 10.42.12.0 lladdr 0a:58:0a:2a:0c:00 dev flannel.1 nud permanent',
    ]);
  });

  it('on a device that is made anew are new there, and undone with the device', () => {
    const { changes } = hostPart(evidence, { host: 'gpu-1', operations: [made, neighbour, mtu] });
    expect(changes.map(({ sign, now }) => [sign, now])).toEqual([
      ['~', expect.stringContaining('dstport 8472')],
      ['+', null],
      ['~', '1420'],
    ]);
    expect(changes[1]?.undo).toBe('');
  });

  it('on a host that was not read are told without what is there', () => {
    const part = hostPart(evidence, { host: 'gpu-9', operations: [mtu] });
    expect(part).toEqual({ place: 'gpu-9', changes: [{ line: 'link mtu wg0 1300', sign: '~', now: null, undo: '' }] });
    expect(partLines(part)).toEqual(['', '  gpu-9', '    ~ link mtu wg0 1300']);
    expect(undoLines([part])).toEqual([]);
  });
});

describe('the change of a route table', () => {
  const change = { table: 'rtb-1', destination: '10.200.0.0/24', target: 'i-1', hub: 'hub-1' };

  it('is new, or takes the place of what is there', () => {
    expect(tablePart({ ...change, now: null })).toMatchObject({ place: 'rtb-1', changes: [{ sign: '+', now: null }] });
    const now = { destination: '10.200.0.0/24', target: 'eni-0abc', instanceId: null, state: 'active' } as const;
    expect(tablePart({ ...change, now })).toMatchObject({
      changes: [{ sign: '~', now: expect.stringContaining('eni-0abc'), undo: expect.stringContaining('eni-0abc') }],
    });
  });
});

import { describe, expect, it } from 'vitest';
import { changeOf } from '../../../core/repair/change.ts';
import { flannelKeyOf, nativeHost } from '../../fakes/native-evidence.ts';

const measured = nativeHost('gpu-1');
const [known, unknown] = [flannelKeyOf('gpu-2'), flannelKeyOf('stranger')];
const dev = 'flannel-wg';

describe('what an operation makes of a peer of flannel’s own WireGuard', () => {
  it('is told from that device’s entry, not from one of wg0', () => {
    expect(changeOf({ op: 'wg allowed-ips', dev, peer: known, cidrs: ['10.42.22.0/24'] }, measured)).toEqual({
      sign: '~',
      now: '10.42.12.0/24',
      undo: `wg set flannel-wg peer ${known} allowed-ips 10.42.12.0/24`,
    });
  });

  it('is a new peer, which the undo removes', () => {
    const add = { op: 'wg add', dev, peer: unknown, endpoint: '10.200.0.9:51821', seconds: 25, cidrs: [] } as const;
    expect(changeOf(add, measured)).toEqual({
      sign: '+',
      now: null,
      undo: `wg set flannel-wg peer ${unknown} remove`,
    });
    expect(changeOf({ ...add, peer: known }, measured).sign).toBe('~');
  });

  it('is one that goes, which the undo brings back with all that it had', () => {
    const whole = 'endpoint 10.200.0.12:51821 persistent-keepalive 25 allowed-ips 10.42.12.0/24';
    expect(changeOf({ op: 'wg del', dev, peer: known }, measured)).toEqual({
      sign: '-',
      now: whole,
      undo: `wg set flannel-wg peer ${known} ${whole}`,
    });
  });
});

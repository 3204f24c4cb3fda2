import { describe, expect, it } from 'vitest';
import { type ActualMtus, judgeDevices } from '../../../core/overlay/judge-mtu.ts';
import type { StackedPath } from '../../../core/overlay/mtu-stack.ts';

const on = (pathMtuBytes: number, parts: Partial<StackedPath> = {}): StackedPath => ({
  pathMtuBytes,
  underlay: 'ipv4',
  overlay: 'vxlan',
  vtep: 'ipv4',
  ...parts,
});
/** `device verdict by exceeds`, one line each. */
const verdicts = (path: StackedPath, actual: ActualMtus) =>
  judgeDevices(path, actual).map(({ device, verdict, offByBytes, exceeds }) =>
    [device, verdict, offByBytes, ...(exceeds === null ? [] : [exceeds])].join(' '),
  );
const sentenceOf = (path: StackedPath, actual: ActualMtus, device: string) =>
  judgeDevices(path, actual).find((judgement) => judgement.device === device)?.sentence;

describe('when WireGuard has the exact MTU', () => {
  it.each([1340, 1500 - 60, 1492 - 60, 9001 - 60])(
    'at %i everything exact fits, whatever the remainder',
    (wireguard) => {
      const flannel = wireguard - 50;
      const judged = judgeDevices(on(wireguard + 60), { wireguard, flannel, pod: flannel });
      expect(judged.map(({ verdict }) => verdict)).toEqual(['fits', 'fits', 'fits']);
      expect(judged.map(({ actualBytes }) => actualBytes)).toEqual(judged.map(({ expectedBytes }) => expectedBytes));
    },
  );

  it.each([
    [1289, 'flannel smaller-than-needed 1'],
    [1290, 'flannel fits 0'],
    [1291, 'flannel too-large 1 device-below'],
  ])('flannel at %i on a path of 1400: %s', (flannel, verdict) => {
    expect(verdicts(on(1400), { wireguard: 1340, flannel })[1]).toBe(verdict);
  });

  it('tells which device refuses the packets of pods that are too large', () => {
    expect(sentenceOf(on(1400), { wireguard: 1340, flannel: 1290, pod: 1370 }, 'pod')).toBe(
      'pod eth0 at 1370 is 80 too large for flannel.1 below it, which leaves 1290: senders are told "frag needed" and adapt',
    );
  });
});

describe('when WireGuard is too large', () => {
  it.each([
    [1339, 'wireguard smaller-than-needed 1'],
    [1340, 'wireguard fits 0'],
    [1341, 'wireguard too-large 1 path'],
  ])('at %i on a path of 1400: %s', (wireguard, verdict) => {
    expect(verdicts(on(1400), { wireguard })).toEqual([verdict]);
  });

  it.each([
    [1277, 'flannel smaller-than-needed 1'],
    [1278, 'flannel fits 0'],
    [1279, 'flannel too-large 1 path'],
    [1290, 'flannel too-large 12 path'],
    [1450, 'flannel too-large 172 path'],
  ])('padding counts: flannel at %i on a path of 1400 below wg0 at 1420: %s', (flannel, verdict) => {
    expect(verdicts(on(1400), { wireguard: 1420, flannel })[1]).toBe(verdict);
  });

  it('shows the 4 bytes that padding adds', () => {
    expect(sentenceOf(on(1400), { wireguard: 1420, flannel: 1290 }, 'flannel')).toBe(
      'flannel.1 at 1290 is 12 too large while wg0 is at 1420: ' +
        '1290 + 50 = 1340 in wg0, padded to 1344, is 1404 bytes on the wire, 4 more than the path carries',
    );
  });

  it('says that a hub sized by its own NIC is far too large for a spoke behind 1500', () => {
    expect(verdicts(on(1500, { underlay: 'ipv6' }), { wireguard: 8921, flannel: 8871, pod: 8871 })).toEqual([
      'wireguard too-large 7501 path',
      'flannel too-large 7513 path',
      'pod too-large 7513 path',
    ]);
  });

  it('lets pods be helped by a flannel device within the padded limit', () => {
    expect(verdicts(on(1400), { wireguard: 1420, flannel: 1278, pod: 1370 })).toEqual([
      'wireguard too-large 80 path',
      'flannel fits 0',
      'pod too-large 92 device-below',
    ]);
  });
});

describe('when WireGuard is smaller than the path allows', () => {
  it('finds the default of wg-quick 20 too small on an IPv4 underlay, and what is above it alike', () => {
    expect(verdicts(on(1500), { wireguard: 1420, flannel: 1370, pod: 1370 })).toEqual([
      'wireguard smaller-than-needed 20',
      'flannel smaller-than-needed 20',
      'pod smaller-than-needed 20',
    ]);
  });

  it('holds flannel to what wg0 takes, where the kernel itself refuses and answers', () => {
    expect(verdicts(on(1500), { wireguard: 1420, flannel: 1450, pod: 1500 })).toEqual([
      'wireguard smaller-than-needed 20',
      'flannel too-large 80 device-below',
      'pod too-large 130 device-below',
    ]);
  });
});

describe('when VTEPs have IPv6 addresses', () => {
  it('finds flannel 20 too large with the MTU that it takes by itself', () => {
    expect(verdicts(on(1500, { vtep: 'ipv6' }), { wireguard: 1440, flannel: 1390 })).toEqual([
      'wireguard fits 0',
      'flannel too-large 20 device-below',
    ]);
  });
});

describe("when flannel's own WireGuard is the tunnel", () => {
  const native = { overlay: 'wireguard-native' } as const;

  it('judges one device and the pods on it', () => {
    expect(verdicts(on(1500, native), { wireguard: 1, flannel: 1440, pod: 1440 })).toEqual([
      'flannel fits 0',
      'pod fits 0',
    ]);
    expect(verdicts(on(1500, native), { flannel: 1420, pod: 1440 })).toEqual([
      'flannel smaller-than-needed 20',
      'pod too-large 20 device-below',
    ]);
  });

  it.each([
    [1328, 'pod fits 0'],
    [1329, 'pod too-large 1 path'],
  ])('counts the padding for pods at %i on a device that is too large: %s', (pod, verdict) => {
    expect(verdicts(on(1400, native), { flannel: 1420, pod })[1]).toBe(verdict);
  });
});

describe('a device that is not known', () => {
  it('is taken to be right, and is not judged', () => {
    expect(verdicts(on(1500), {})).toEqual([]);
    expect(verdicts(on(1500), { pod: 1391 })).toEqual(['pod too-large 1 device-below']);
    expect(verdicts(on(1400), { wireguard: 1420, pod: 1290 })).toEqual([
      'wireguard too-large 80 path',
      'pod too-large 12 path',
    ]);
  });

  it('can be called by another name', () => {
    const names = { wireguard: 'wg-hub', flannel: 'flannel.7', pod: 'net1' };
    const [judgement] = judgeDevices(on(1500), { wireguard: 1440 }, names);
    expect(judgement?.sentence).toBe(
      'wg-hub at 1440 is exactly right: a full packet is 1440 + 60 = 1500 bytes on the wire',
    );
  });
});

describe('when nothing wraps the pods’ packets', () => {
  const hostGw = { overlay: 'host-gw' } as const;

  it.each([
    [1439, 'pod smaller-than-needed 1'],
    [1440, 'pod fits 0'],
    [1441, 'pod too-large 1 device-below'],
  ])('judges the tunnel, and pods at %i on it: %s', (pod, verdict) => {
    expect(verdicts(on(1500, hostGw), { wireguard: 1440, flannel: 1, pod })).toEqual(['wireguard fits 0', verdict]);
  });
});

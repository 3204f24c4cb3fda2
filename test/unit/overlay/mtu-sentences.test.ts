import { describe, expect, it } from 'vitest';
import { type ActualMtus, judgeDevices, usualDeviceNames } from '../../../core/overlay/judge-mtu.ts';
import type { StackedPath } from '../../../core/overlay/mtu-stack.ts';

const on = (pathMtuBytes: number, parts: Partial<StackedPath> = {}): StackedPath => ({
  pathMtuBytes,
  underlay: 'ipv4',
  overlay: 'vxlan',
  vtep: 'ipv4',
  ...parts,
});
const sentenceOf = (path: StackedPath, actual: ActualMtus, device: string) =>
  judgeDevices(path, actual).find((judgement) => judgement.device === device)?.sentence;

describe('a judgement is told', () => {
  it.each<[string, StackedPath, ActualMtus, 'wireguard' | 'flannel' | 'pod', string]>([
    [
      'of a tunnel that is too large',
      on(1400),
      { wireguard: 1341 },
      'wireguard',
      'wg0 at 1341 is 1 too large: a full packet is 1341 + 60 = 1401 bytes on the wire, the path carries 1400',
    ],
    [
      'of a tunnel that is too small',
      on(1400),
      { wireguard: 1339 },
      'wireguard',
      'wg0 at 1339 is 1 smaller than needed: a full packet is 1339 + 60 = 1399 bytes on the wire, the path carries 1400',
    ],
    [
      'of a device that is too small',
      on(1400),
      { flannel: 1289 },
      'flannel',
      'flannel.1 at 1289 is 1 smaller than needed: the path has room for 1290',
    ],
    ['of a device that is right', on(1400), { flannel: 1290 }, 'flannel', 'flannel.1 at 1290 is exactly right'],
    [
      'of one that fits all the same',
      on(1400),
      { wireguard: 1420, flannel: 1278 },
      'flannel',
      'flannel.1 at 1278 fits although wg0 is too large: 1278 + 50 = 1328 in wg0 is 1388 bytes on the wire, the path carries 1400',
    ],
    [
      'of one that fills the path to the last byte',
      on(1404),
      { wireguard: 1420, flannel: 1294 },
      'flannel',
      'flannel.1 at 1294 fits although wg0 is too large: 1294 + 50 = 1344 in wg0 is 1404 bytes on the wire, the path carries 1404',
    ],
    [
      'of one whose packets the tunnel cuts',
      on(1400),
      { wireguard: 1420, flannel: 1450 },
      'flannel',
      'flannel.1 at 1450 is 172 too large while wg0 is at 1420: ' +
        '1450 + 50 = 1500 in wg0, cut to 1420 by its MTU, is 1480 bytes on the wire, 80 more than the path carries',
    ],
    [
      'of pods that nothing is added to',
      on(1400, { overlay: 'wireguard-native' }),
      { flannel: 1420, pod: 1329 },
      'pod',
      'pod eth0 at 1329 is 1 too large while flannel-wg is at 1420: ' +
        '1329 in flannel-wg, padded to 1344, is 1404 bytes on the wire, 4 more than the path carries',
    ],
    [
      'of pods above a device that is refused itself',
      on(1500),
      { wireguard: 1440, flannel: 1450, pod: 1500 },
      'pod',
      'pod eth0 at 1500 is 110 too large for wg0 below it, which leaves 1390: senders are told "frag needed" and adapt',
    ],
  ])('%s', (_, path, actual, device, sentence) => {
    expect(sentenceOf(path, actual, device)).toBe(sentence);
  });
});

describe('the names of the devices', () => {
  const pod = 'pod eth0';

  it.each<[Partial<StackedPath>, Readonly<Record<string, string>>]>([
    [{}, { wireguard: 'wg0', flannel: 'flannel.1', pod }],
    [{ vtep: 'ipv6' }, { wireguard: 'wg0', flannel: 'flannel-v6.1', pod }],
    [{ overlay: 'wireguard-native' }, { wireguard: 'flannel-wg', flannel: 'flannel-wg', pod }],
    [
      { overlay: 'wireguard-native', underlay: 'ipv6' },
      { wireguard: 'flannel-wg-v6', flannel: 'flannel-wg-v6', pod },
    ],
    [{ overlay: 'host-gw' }, { wireguard: 'wg0', flannel: 'wg0', pod }],
  ])('with %j are those that wg-quick and flannel give', (parts, names) => {
    expect(usualDeviceNames(on(1500, parts))).toEqual(names);
  });
});

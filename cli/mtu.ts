import { IPV6_MIN_MTU_BYTES, type IpFamily, pathRange, wireGuardOverhead } from '../core/network/mtu.ts';
import { overlayNames } from '../core/overlay/overlay-name.ts';
import { overlays } from '../core/overlay/registry.ts';
import type { CliIo } from './cli-io.ts';
import { answerMtu, type MtuQuestion } from './mtu-answer.ts';
import { mtuReport } from './mtu-report.ts';
import { UsageError } from './usage-error.ts';

/** Smallest MTU for IPv4 on Linux (RFC 791: 68), and the largest that the length field of IP allows. */
const DEVICE_MTU_BYTES = { min: 68, max: 65_535 };
const PATH_MTU_BYTES = { min: 576, max: 65_535 };

/** What the command line says, not yet checked. Sizes in bytes. */
interface MtuOptions {
  readonly path?: string | undefined;
  readonly probed?: string | undefined;
  readonly underlay: string;
  readonly backend: string;
  readonly vtep?: string | undefined;
  readonly wgMtu?: string | undefined;
  readonly flannelMtu?: string | undefined;
  readonly podMtu?: string | undefined;
  readonly json: boolean;
}

/** `restitch mtu`. Reads no host and changes nothing. */
export function mtu(options: MtuOptions, { out }: CliIo): number {
  const answer = answerMtu(readQuestion(options));
  if (options.json) out(JSON.stringify(answer));
  else for (const line of mtuReport(answer)) out(line);
  return 0;
}

function readQuestion(values: MtuOptions): MtuQuestion {
  const underlay = oneOf<IpFamily>('underlay', values.underlay, ['ipv4', 'ipv6']);
  const overlay = oneOf('backend', values.backend, overlayNames);
  const devices = overlays[overlay].mtu.layers.map(({ device }) => device);
  if (overlay !== 'vxlan' && values.vtep !== undefined)
    throw new UsageError(`--vtep is about VXLAN, which ${overlay} does not use`);
  if (!devices.includes('wireguard') && values.wgMtu !== undefined)
    throw new UsageError(`--wg-mtu: ${overlay} has one device, flannel-wg; give its MTU as --flannel-mtu`);
  if (!devices.includes('flannel') && values.flannelMtu !== undefined)
    throw new UsageError(`--flannel-mtu: ${overlay} has no device of flannel's own`);
  if (values.probed !== undefined && values.path !== undefined)
    throw new UsageError('--probed tells the path: give it or --path, not both');
  const vtep = oneOf<IpFamily>('vtep', values.vtep ?? 'ipv4', ['ipv4', 'ipv6']);
  const actual = {
    wireguard: deviceMtu('wg-mtu', values.wgMtu),
    flannel: deviceMtu('flannel-mtu', values.flannelMtu),
    pod: deviceMtu('pod-mtu', values.podMtu),
  };
  const min = underlay === 'ipv6' ? IPV6_MIN_MTU_BYTES : PATH_MTU_BYTES.min;
  const why = underlay === 'ipv6' ? ' on an IPv6 underlay' : '';
  if (values.probed === undefined) {
    const pathMtuBytes = bytesWithin('path', values.path ?? '1500', { min, max: PATH_MTU_BYTES.max }, why);
    return { path: { pathMtuBytes, underlay, overlay, vtep }, actual, probe: null };
  }
  const overhead = wireGuardOverhead(underlay);
  const legal = { min: min - overhead, max: PATH_MTU_BYTES.max - overhead };
  const innerBytes = bytesWithin('probed', values.probed, legal, why);
  const deviceMtuBytes = actual[devices[0] ?? 'wireguard'];
  if (deviceMtuBytes !== undefined && innerBytes > deviceMtuBytes)
    throw new UsageError(`--probed ${innerBytes} cannot pass a device with an MTU of ${deviceMtuBytes}`);
  const range = pathRange(innerBytes, underlay, deviceMtuBytes);
  const path = { pathMtuBytes: range.lowestBytes, underlay, overlay, vtep };
  return { path, actual, probe: { innerBytes, deviceMtuBytes: deviceMtuBytes ?? null, ...range } };
}

function oneOf<T extends string>(option: string, text: string, legal: readonly T[]): T {
  const found = legal.find((value) => value === text);
  if (found === undefined)
    throw new UsageError(`--${option} ${text}: legal are ${new Intl.ListFormat('en').format(legal)}`);
  return found;
}

function deviceMtu(option: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : bytesWithin(option, text, DEVICE_MTU_BYTES, '');
}

function bytesWithin(
  option: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
  why: string,
): number {
  const bytes = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (bytes >= min && bytes <= max) return bytes;
  throw new UsageError(`--${option} ${text}: legal are ${min} to ${max} bytes${why}`);
}

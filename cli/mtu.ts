import { parseArgs } from 'node:util';
import { IPV6_MIN_MTU_BYTES, type IpFamily, pathRange, wireGuardOverhead } from '../core/network/mtu.ts';
import { overlayNames } from '../core/overlay/overlay-name.ts';
import { overlays } from '../core/overlay/registry.ts';
import type { CliIo } from './cli-io.ts';
import { answerMtu, type MtuQuestion } from './mtu-answer.ts';
import { mtuReport } from './mtu-report.ts';
import { UsageError } from './usage-error.ts';

const HELP = `restitch mtu: the MTU of every layer on a path, by arithmetic that can be checked by eye

  --path N            largest IP packet that the way between two nodes carries (default 1500)
  --probed N          instead of --path: the largest IP packet that passes through the tunnel with "don't fragment",
                      for instance ping -M do -s SIZE to the other end of wg0, where N is SIZE + 28
  --underlay FAMILY   of WireGuard's endpoints: ipv4 or ipv6 (default ipv4)
  --backend NAME      vxlan: flannel on a WireGuard device; wireguard-native: flannel's own WireGuard;
                      host-gw: routes on a WireGuard device (default vxlan)
  --vtep FAMILY       of flannel's VXLAN endpoints: ipv4 or ipv6 (default ipv4)
  --wg-mtu N, --flannel-mtu N, --pod-mtu N
                      what is set now: adds a column and a verdict per device
  --json              one JSON object`;

/** Smallest MTU for IPv4 on Linux (RFC 791: 68), and the largest that the length field of IP allows. */
const DEVICE_MTU_BYTES = { min: 68, max: 65_535 };
const PATH_MTU_BYTES = { min: 576, max: 65_535 };
const OPTIONS = {
  path: { type: 'string' },
  probed: { type: 'string' },
  underlay: { type: 'string', default: 'ipv4' },
  backend: { type: 'string', default: 'vxlan' },
  vtep: { type: 'string' },
  'wg-mtu': { type: 'string' },
  'flannel-mtu': { type: 'string' },
  'pod-mtu': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** `restitch mtu`. Reads no host and changes nothing. */
export function mtu(args: readonly string[], { out }: CliIo): number {
  if (args.includes('--help')) {
    out(HELP);
    return 0;
  }
  const values = parse(args);
  const answer = answerMtu(readQuestion(values));
  if (values.json) out(JSON.stringify(answer));
  else for (const line of mtuReport(answer)) out(line);
  return 0;
}

type Values = ReturnType<typeof parse>;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readQuestion(values: Values): MtuQuestion {
  const underlay = oneOf<IpFamily>('underlay', values.underlay, ['ipv4', 'ipv6']);
  const overlay = oneOf('backend', values.backend, overlayNames);
  const devices = overlays[overlay].mtu.layers.map(({ device }) => device);
  if (overlay !== 'vxlan' && values.vtep !== undefined)
    throw new UsageError(`--vtep is about VXLAN, which ${overlay} does not use`);
  if (!devices.includes('wireguard') && values['wg-mtu'] !== undefined)
    throw new UsageError(`--wg-mtu: ${overlay} has one device, flannel-wg; give its MTU as --flannel-mtu`);
  if (!devices.includes('flannel') && values['flannel-mtu'] !== undefined)
    throw new UsageError(`--flannel-mtu: ${overlay} has no device of flannel's own`);
  if (values.probed !== undefined && values.path !== undefined)
    throw new UsageError('--probed tells the path: give it or --path, not both');
  const vtep = oneOf<IpFamily>('vtep', values.vtep ?? 'ipv4', ['ipv4', 'ipv6']);
  const actual = {
    wireguard: deviceMtu('wg-mtu', values['wg-mtu']),
    flannel: deviceMtu('flannel-mtu', values['flannel-mtu']),
    pod: deviceMtu('pod-mtu', values['pod-mtu']),
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

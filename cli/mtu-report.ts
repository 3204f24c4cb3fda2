import { assertNever } from '../core/assert-never.ts';
import { IPV6_MIN_MTU_BYTES, wireGuardOverhead } from '../core/network/mtu.ts';
import { type MtuJudgement, usualDeviceNames } from '../core/overlay/judge-mtu.ts';
import {
  expectedDeviceMtus,
  externalMtu,
  type StackedPath,
  type StackLayer,
  tunnelToFlannelBytes,
} from '../core/overlay/mtu-stack.ts';
import type { MtuAnswer, Probe } from './mtu-answer.ts';

/** The answer as lines for a person. */
export function mtuReport(answer: MtuAnswer): readonly string[] {
  return [
    ...(answer.probe === null ? [] : [...probeLines(answer.probe, answer.path), '']),
    ...tableLines(answer),
    '',
    ...(answer.judgements.length === 0 ? [] : [...answer.judgements.map(({ sentence }) => `${sentence}.`), '']),
    ...paddingLines(answer),
    ...ipv6Lines(answer),
    '',
    ...settingLines(answer),
  ];
}

function probeLines(probe: Probe, { underlay }: StackedPath): readonly string[] {
  const { innerBytes, deviceMtuBytes, lowestBytes, highestBytes } = probe;
  const overhead = wireGuardOverhead(underlay);
  const paddedBytes = lowestBytes - overhead;
  const padding = paddedBytes === innerBytes ? '' : `, padded to ${paddedBytes},`;
  const passed = `${innerBytes} bytes passed inside the tunnel${padding} as ${paddedBytes} + ${overhead} = ${lowestBytes} on the wire.`;
  if (highestBytes === null)
    return [passed, `The device at ${deviceMtuBytes} takes no larger packet: the path carries ${lowestBytes} or more.`];
  const nextBytes = highestBytes + 1;
  return [
    passed,
    `The probe ended there, so the next size, ${nextBytes - overhead} + ${overhead} = ${nextBytes}, did not pass: the path carries ${lowestBytes} to ${highestBytes}.`,
    `Padding hides the exact size. The values below use ${lowestBytes}, which is safe.`,
  ];
}

function tableLines({ path, stack, judgements }: MtuAnswer): readonly string[] {
  const judged = (layer: StackLayer) => judgements.find(({ device }) => device === layer.name);
  const withActual = judgements.length > 0;
  const headings = ['layer', 'bytes', ...(withActual ? ['actual', 'verdict'] : []), 'arithmetic'];
  const rows = [
    headings,
    ...stack.map((layer) => [
      label(layer, path),
      String(layer.bytes),
      ...(withActual ? [String(judged(layer)?.actualBytes ?? ''), verdict(judged(layer))] : []),
      arithmetic(layer),
    ]),
  ];
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, at) => Math.max(most[at] ?? 0, cell.length)), []);
  return rows.map((row) =>
    row
      .map((cell, at) => aligned(cell, widths[at] ?? 0, headings[at] ?? ''))
      .join('  ')
      .trimEnd(),
  );
}

const NUMERIC_COLUMNS = ['bytes', 'actual'];

function aligned(cell: string, width: number, heading: string): string {
  return NUMERIC_COLUMNS.includes(heading) ? cell.padStart(width) : cell.padEnd(width);
}

function label({ name }: StackLayer, path: StackedPath): string {
  const names = usualDeviceNames(path);
  switch (name) {
    case 'path':
      return 'path';
    case 'wireguard':
      return `WireGuard, ${names.wireguard}`;
    case 'flannel':
      return `flannel, ${names.flannel}`;
    case 'pod':
      return names.pod;
    case 'tcp-mss-ipv4':
      return 'TCP MSS, IPv4 pods';
    case 'tcp-mss-ipv6':
      return 'TCP MSS, IPv6 pods';
    default:
      return assertNever(name);
  }
}

function verdict(judgement: MtuJudgement | undefined): string {
  if (judgement === undefined) return '';
  switch (judgement.verdict) {
    case 'fits':
      return 'fits';
    case 'too-large':
      return `${judgement.offByBytes} too large`;
    case 'smaller-than-needed':
      return `${judgement.offByBytes} smaller than needed`;
    default:
      return assertNever(judgement.verdict);
  }
}

function arithmetic({ from, headers, overheadBytes, why }: StackLayer): string {
  if (from === null || overheadBytes === 0) return why;
  return `${from.bytes} − ${overheadBytes} (${headers.map(({ name, bytes }) => `${name} ${bytes}`).join(' + ')})`;
}

function paddingLines({ path, stack, largestSafeInnerBytes: safe }: MtuAnswer): readonly string[] {
  const { wireguard: tunnel, flannel } = usualDeviceNames(path);
  const exact = expectedDeviceMtus(path).wireguard;
  const overhead = wireGuardOverhead(path.underlay);
  const podBytes = safe - tunnelToFlannelBytes(path);
  const mss = stack.find(({ name }) => name === 'tcp-mss-ipv4')?.overheadBytes ?? 0;
  const above = tunnelToFlannelBytes(path) > 0 ? `${flannel} at most ${podBytes}, ` : '';
  return [
    `Padding: WireGuard pads to a multiple of 16, never beyond the MTU of ${tunnel}: ${exact} + ${overhead} = ${exact + overhead} is exact.`,
    `As long as ${tunnel} is larger than ${exact}, what enters it must stay within ${safe} (${safe / 16} × 16):`,
    `a route through it at most ${safe}, ${above}an MSS clamp for IPv4 pods at most ${podBytes - mss}.`,
  ];
}

function ipv6Lines({ path }: MtuAnswer): readonly string[] {
  const { wireguard, flannel } = expectedDeviceMtus(path);
  const names = usualDeviceNames(path);
  const tooSmall = (name: string, bytes: number, use: string) =>
    bytes < IPV6_MIN_MTU_BYTES
      ? [`IPv6 needs ${IPV6_MIN_MTU_BYTES}: with ${bytes}, ${name} has no IPv6, so there can be no ${use}.`]
      : [];
  return [
    ...(path.overlay === 'vxlan' && path.vtep === 'ipv6' ? tooSmall(names.wireguard, wireguard, 'IPv6 VTEPs') : []),
    ...tooSmall(names.flannel, flannel, 'IPv6 pods'),
  ];
}

function settingLines({ path, settings }: MtuAnswer): readonly string[] {
  const { wireGuardConf, netConfBackend, commands } = settings;
  const { flannel } = expectedDeviceMtus(path);
  const { bytes, flannelSubtractsBytes } = externalMtu(path);
  return [
    path.overlay === 'vxlan' ? 'Set now; flannel leaves the MTU of a device that exists as it is:' : 'Set now:',
    ...commands.map((command) => `  ${command}`),
    'Keep:',
    ...(wireGuardConf === null ? [] : [`  wg0.conf, [Interface]      MTU = ${wireGuardConf}`]),
    ...(netConfBackend === null
      ? ['  flannel net-conf           nothing: flannel takes the MTU of its external interface']
      : [
          `  flannel net-conf           "Backend": { "Type": "${netConfBackend.Type}", "MTU": ${netConfBackend.MTU} }`,
          `                             the external MTU: flannel takes off ${flannelSubtractsBytes} itself, ${bytes} − ${flannelSubtractsBytes} = ${flannel}`,
          ...externalMtuRemark(path),
        ]),
    '  pods                       take theirs from flannel when they are created',
  ];
}

/** Why the external MTU is not what one would expect. */
function externalMtuRemark({ overlay, underlay, vtep, pathMtuBytes }: StackedPath): readonly string[] {
  const indent = ' '.repeat(29);
  if (overlay === 'vxlan')
    return vtep === 'ipv4' ? [] : [`${indent}(also between IPv6 VTEPs, which cost 70: flannel-io/flannel#1781)`];
  if (overlay !== 'wireguard-native' || underlay === 'ipv6') return [];
  return [
    `${indent}(also over IPv4, which costs 60: with ${pathMtuBytes} it leaves 20 unused;`,
    `${indent}keep ${pathMtuBytes} where nodes also reach each other over IPv6)`,
  ];
}

import { exactDeviceMtu, largestSafeInner, wireGuardOverhead, wireGuardPacketBytes } from '../network/mtu.ts';
import {
  expectedDeviceMtus,
  type MtuDevice,
  mtuStack,
  type StackedPath,
  tunnelDeviceOf,
  tunnelToFlannelBytes,
} from './mtu-stack.ts';
import { overlays } from './registry.ts';

/** The MTUs that are set. A device that is not known is taken to be right. */
export type ActualMtus = Readonly<Partial<Record<MtuDevice, number | undefined>>>;

export interface MtuJudgement {
  readonly device: MtuDevice;
  /** Exact for the path when all devices below are right as well. */
  readonly expectedBytes: number;
  readonly actualBytes: number;
  /** The most that fits on the devices below as they are set now. */
  readonly limitBytes: number;
  readonly verdict: 'fits' | 'too-large' | 'smaller-than-needed';
  /** Above `limitBytes`, or below what the path has room for; 0 when it fits. */
  readonly offByBytes: number;
  /**
   * What a full packet is too large for. `path`: nobody on this node refuses it, so it is fragmented or vanishes on the way.
   * `device-below`: this kernel refuses it and tells the sender, who adapts.
   */
  readonly exceeds: 'path' | 'device-below' | null;
  readonly sentence: string;
}

export type DeviceNames = Readonly<Record<MtuDevice, string>>;

/** The names that wg-quick's first device, flannel (separate devices per IP version) and CNI plugins give. */
export function usualDeviceNames({ overlay, underlay, vtep }: StackedPath): DeviceNames {
  const { layers } = overlays[overlay].mtu;
  const nameOf = (device: MtuDevice) => {
    const layer = layers.find((each) => each.device === device) ?? layers[0];
    return layer?.usualName(underlay, vtep) ?? device;
  };
  return { wireguard: nameOf('wireguard'), flannel: nameOf('flannel'), pod: 'pod eth0' };
}

/** Judges every device whose MTU is known, from the wire inwards. */
export function judgeDevices(
  path: StackedPath,
  actual: ActualMtus,
  names: DeviceNames = usualDeviceNames(path),
): readonly MtuJudgement[] {
  const tunnelDevice = tunnelDeviceOf(path);
  const devicesInside = mtuStack(path).flatMap(({ name }) =>
    name !== tunnelDevice && (name === 'flannel' || name === 'pod') ? [name] : [],
  );
  const exactBytes = exactDeviceMtu(path.pathMtuBytes, path.underlay);
  const tunnelBytes = actual[tunnelDevice] ?? exactBytes;
  const tunnel = { path, name: names[tunnelDevice], bytes: tunnelBytes, tooLarge: tunnelBytes > exactBytes };
  const judgements = actual[tunnelDevice] === undefined ? [] : [judgeTunnel(tunnelDevice, exactBytes, tunnel)];

  const addedBytes = tunnelToFlannelBytes(path);
  const roomBytes = (tunnel.tooLarge ? largestSafeInner(path.pathMtuBytes, path.underlay) : exactBytes) - addedBytes;
  let below = { name: tunnel.name, takesBytes: tunnelBytes - addedBytes };
  for (const device of devicesInside) {
    const expectedBytes = expectedDeviceMtus(path)[device];
    const bytes = actual[device] ?? expectedBytes;
    const place = { device, name: names[device], expectedBytes, roomBytes, below };
    if (actual[device] !== undefined) judgements.push(judgeInside(place, bytes, tunnel));
    if (bytes <= below.takesBytes) below = { name: names[device], takesBytes: bytes };
  }
  return judgements;
}

interface Tunnel {
  readonly path: StackedPath;
  readonly name: string;
  readonly bytes: number;
  readonly tooLarge: boolean;
}

function judgeTunnel(device: MtuDevice, exactBytes: number, { path, name, bytes }: Tunnel): MtuJudgement {
  const overhead = wireGuardOverhead(path.underlay);
  const wire = `a full packet is ${bytes} + ${overhead} = ${bytes + overhead} bytes on the wire`;
  const base = { device, expectedBytes: exactBytes, actualBytes: bytes, limitBytes: exactBytes };
  if (bytes === exactBytes) return fits(base, `${name} at ${bytes} is exactly right: ${wire}`);
  const sizes = `${wire}, the path carries ${path.pathMtuBytes}`;
  return bytes > exactBytes
    ? tooLarge(base, 'path', `${name} at ${bytes} is ${bytes - exactBytes} too large: ${sizes}`)
    : smaller(base, exactBytes, `${name} at ${bytes} is ${exactBytes - bytes} smaller than needed: ${sizes}`);
}

/** A device inside the tunnel, what the path has room for, and what the devices below take as they are set. */
interface Place {
  readonly device: MtuDevice;
  readonly name: string;
  readonly expectedBytes: number;
  readonly roomBytes: number;
  readonly below: { readonly name: string; readonly takesBytes: number };
}

function judgeInside(place: Place, bytes: number, tunnel: Tunnel): MtuJudgement {
  const { device, name, expectedBytes, roomBytes, below } = place;
  const limitBytes = Math.min(roomBytes, below.takesBytes);
  const base = { device, expectedBytes, actualBytes: bytes, limitBytes };
  const off = `${name} at ${bytes} is ${bytes - limitBytes} too large`;
  if (bytes > limitBytes && below.takesBytes > roomBytes)
    return tooLarge(base, 'path', `${off} while ${tunnel.name} is at ${tunnel.bytes}: ${onTheWire(bytes, tunnel)}`);
  if (bytes > limitBytes) {
    const refusal = `which leaves ${limitBytes}: senders are told "frag needed" and adapt`;
    return tooLarge(base, 'device-below', `${off} for ${below.name} below it, ${refusal}`);
  }
  if (bytes < roomBytes) {
    const short = `${name} at ${bytes} is ${roomBytes - bytes} smaller than needed`;
    return smaller(base, roomBytes, `${short}: the path has room for ${roomBytes}`);
  }
  if (!tunnel.tooLarge) return fits(base, `${name} at ${bytes} is exactly right`);
  return fits(base, `${name} at ${bytes} fits although ${tunnel.name} is too large: ${onTheWire(bytes, tunnel)}`);
}

type Measured = Pick<MtuJudgement, 'device' | 'expectedBytes' | 'actualBytes' | 'limitBytes'>;

function fits(measured: Measured, sentence: string): MtuJudgement {
  return { ...measured, verdict: 'fits', offByBytes: 0, exceeds: null, sentence };
}

function tooLarge(measured: Measured, exceeds: 'path' | 'device-below', sentence: string): MtuJudgement {
  const offByBytes = measured.actualBytes - measured.limitBytes;
  return { ...measured, verdict: 'too-large', offByBytes, exceeds, sentence };
}

function smaller(measured: Measured, roomBytes: number, sentence: string): MtuJudgement {
  const offByBytes = roomBytes - measured.actualBytes;
  return { ...measured, verdict: 'smaller-than-needed', offByBytes, exceeds: null, sentence };
}

/** "1290 + 50 = 1340 in wg0, padded to 1344, is 1404 bytes on the wire, 4 more than the path carries". */
function onTheWire(bytes: number, { path, name, bytes: tunnelBytes }: Tunnel): string {
  const added = tunnelToFlannelBytes(path);
  const innerBytes = Math.min(bytes + added, tunnelBytes);
  const outerBytes = wireGuardPacketBytes(innerBytes, path.underlay, tunnelBytes);
  const paddedBytes = outerBytes - wireGuardOverhead(path.underlay);
  const sum = added === 0 ? String(bytes) : `${bytes} + ${added} = ${bytes + added}`;
  const cut = innerBytes < bytes + added ? `, cut to ${innerBytes} by its MTU,` : '';
  const padding = paddedBytes > innerBytes ? `, padded to ${paddedBytes},` : '';
  const spare = path.pathMtuBytes - outerBytes;
  const against = spare < 0 ? `${-spare} more than the path carries` : `the path carries ${path.pathMtuBytes}`;
  return `${sum} in ${name}${cut}${padding} is ${outerBytes} bytes on the wire, ${against}`;
}

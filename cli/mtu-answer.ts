import { largestSafeInner, type PathRange } from '../core/network/mtu.ts';
import { type ActualMtus, judgeDevices, type MtuJudgement, usualDeviceNames } from '../core/overlay/judge-mtu.ts';
import {
  expectedDeviceMtus,
  externalMtu,
  mtuStack,
  type StackedPath,
  type StackLayer,
} from '../core/overlay/mtu-stack.ts';
import { overlays } from '../core/overlay/registry.ts';

/** The largest inner packet that passed, the MTU of the device it was sent through when known, and what follows from it. */
export interface Probe extends PathRange {
  readonly innerBytes: number;
  readonly deviceMtuBytes: number | null;
}

export interface MtuQuestion {
  readonly path: StackedPath;
  readonly actual: ActualMtus;
  readonly probe: Probe | null;
}

/** What `--json` prints. */
export interface MtuAnswer {
  readonly path: StackedPath;
  readonly probe: Probe | null;
  readonly stack: readonly StackLayer[];
  /** The largest packets on a tunnel device that stays larger than its exact MTU. */
  readonly largestSafeInnerBytes: number;
  readonly judgements: readonly MtuJudgement[];
  readonly settings: {
    /** `MTU` in the `[Interface]` of wg0.conf; null when flannel makes the tunnel. */
    readonly wireGuardConf: number | null;
    /** Null: flannel takes the MTU of its external interface, and no setting changes that. */
    readonly netConfBackend: { readonly Type: string; readonly MTU: number } | null;
    readonly commands: readonly string[];
  };
}

/** The answer as data, before it is put into words. */
export function answerMtu({ path, actual, probe }: MtuQuestion): MtuAnswer {
  const { wireguard, flannel } = expectedDeviceMtus(path);
  const names = usualDeviceNames(path);
  const { backendType, mtu } = overlays[path.overlay];
  const devices = mtu.layers.map(({ device }) => device);
  const bytes = { wireguard, flannel };
  return {
    path,
    probe,
    stack: mtuStack(path),
    largestSafeInnerBytes: largestSafeInner(path.pathMtuBytes, path.underlay),
    judgements: judgeDevices(path, actual),
    settings: {
      wireGuardConf: devices.includes('wireguard') ? wireguard : null,
      netConfBackend: devices.includes('flannel') ? { Type: backendType, MTU: externalMtu(path).bytes } : null,
      commands: devices.map((device) => `ip link set dev ${names[device]} mtu ${bytes[device]}`),
    },
  };
}

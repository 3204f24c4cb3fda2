import { type ActualMtus, judgeDevices, type MtuJudgement, usualDeviceNames } from '../core/network/judge-mtu.ts';
import { largestSafeInner, type PathRange } from '../core/network/mtu.ts';
import {
  expectedDeviceMtus,
  externalMtu,
  mtuStack,
  type StackedPath,
  type StackLayer,
} from '../core/network/mtu-stack.ts';

/** The largest inner packet that passed, the MTU of the device it was sent through when known, and what that tells. */
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
  /** The most on a tunnel device that stays larger than its exact MTU. */
  readonly largestSafeInnerBytes: number;
  readonly judgements: readonly MtuJudgement[];
  readonly settings: {
    /** `MTU` in the `[Interface]` of wg0.conf; null when flannel makes the tunnel. */
    readonly wireGuardConf: number | null;
    readonly netConfBackend: { readonly Type: 'vxlan' | 'wireguard'; readonly MTU: number };
    readonly commands: readonly string[];
  };
}

/** Everything that follows from the question, before it is put into words. */
export function answerMtu({ path, actual, probe }: MtuQuestion): MtuAnswer {
  const { wireguard, flannel } = expectedDeviceMtus(path);
  const names = usualDeviceNames(path);
  const vxlan = path.backend === 'vxlan';
  return {
    path,
    probe,
    stack: mtuStack(path),
    largestSafeInnerBytes: largestSafeInner(path.pathMtuBytes, path.underlay),
    judgements: judgeDevices(path, actual),
    settings: {
      wireGuardConf: vxlan ? wireguard : null,
      netConfBackend: { Type: vxlan ? 'vxlan' : 'wireguard', MTU: externalMtu(path).bytes },
      commands: [
        ...(vxlan ? [`ip link set dev ${names.wireguard} mtu ${wireguard}`] : []),
        `ip link set dev ${names.flannel} mtu ${flannel}`,
      ],
    },
  };
}

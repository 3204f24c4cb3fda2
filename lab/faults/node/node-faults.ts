import type { Fault } from '../../fault.ts';
import { flanneldStopped } from './flanneld-stopped.ts';
import { forwardDropped } from './forward-dropped.ts';
import { hubForwardDropped } from './hub-forward-dropped.ts';
import { kubeletFirewalled } from './kubelet-firewalled.ts';
import { kubeletHung } from './kubelet-hung.ts';
import { kubeletStopped } from './kubelet-stopped.ts';
import { podSubnetExhausted } from './pod-subnet-exhausted.ts';
import { subnetEnvMissing } from './subnet-env-missing.ts';
import { subnetEnvStale } from './subnet-env-stale.ts';

/** What runs on a node besides its network, and what its own filter holds back. */
export const nodeFaults: readonly Fault[] = [
  subnetEnvMissing,
  subnetEnvStale,
  podSubnetExhausted,
  kubeletStopped,
  kubeletHung,
  kubeletFirewalled,
  flanneldStopped,
  forwardDropped,
  hubForwardDropped,
];

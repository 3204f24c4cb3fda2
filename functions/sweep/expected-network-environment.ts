import * as z from 'zod';
import type { FleetLabels } from '../../core/evidence/fleet-map.ts';
import type { DeviceSettings } from '../../core/overlay/overlay.ts';
import { capacitySettingsFrom } from '../capacity-environment.ts';
import { NodeEnvironment } from '../node-environment.ts';
import { GateEnvironment } from './gate-environment.ts';

/** What a team may set about the file that the watchdogs hold their nodes against; the rest it shares with the runbook. */
export const ExpectedNetworkEnvironment = z.object({
  /** `when-acting`: not in shadow mode, which does nothing on nodes. `always`: in shadow mode too. */
  EXPECTED_NETWORK: z.enum(['when-acting', 'always', 'off']).default('when-acting'),
  /** In a larger fleet no file is kept: after a node has left, it would be out of date for too long. */
  EXPECTED_NETWORK_MAX_NODES: z.coerce.number().int().min(1).max(1_000).default(200),
  ...NodeEnvironment.shape,
});

/** What a file is made from, beside the cluster that it is for. */
export type SharedFileSettings = Omit<FileSettings, 'clusters'>;

export interface FileSettings {
  /** Every name of the cluster that a pause may give. Its files are kept under the first one. */
  readonly clusters: readonly [string, ...string[]];
  readonly labels: FleetLabels;
  readonly devices: DeviceSettings & { readonly wireguardDevice: string };
  readonly inventoryNamespace: string;
  readonly maxNodes: number;
}

const Config = z.object({ ...ExpectedNetworkEnvironment.shape, ...GateEnvironment.shape });

/** Undefined: no file is kept. */
export function fileSettingsFrom(config: z.infer<typeof Config>): SharedFileSettings | undefined {
  const { EXPECTED_NETWORK: when, REPAIR_MODE: mode } = config;
  if (when === 'off' || (when === 'when-acting' && mode === 'shadow')) return undefined;
  return {
    labels: capacitySettingsFrom(config).labels,
    devices: { vxlanDevice: config.VXLAN_DEVICE, wireguardDevice: config.WIREGUARD_DEVICE },
    inventoryNamespace: config.INVENTORY_NAMESPACE,
    maxNodes: config.EXPECTED_NETWORK_MAX_NODES,
  };
}

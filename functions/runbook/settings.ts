import type { FleetLabels } from '../../core/evidence/fleet-map.ts';

/** What a platform team may set about the work on an incident. Times are seconds unless the name says otherwise. */
export interface RunbookSettings {
  readonly vxlanDevice: string;
  readonly wireguardDevice: string;
  readonly kubeletPort: number;
  readonly labels: FleetLabels;
  /** Where ConfigMap `restitch-inventory` is. */
  readonly inventoryNamespace: string;
  /** An approval that is not answered within this time expires, which counts as a no. */
  readonly approvalTimeoutSeconds: number;
  /** A healed node must stay healthy this long, and be verified again, before the incident closes. */
  readonly stableSeconds: number;
  /** Whether `by-policy` stages ask for approval: `quarantine` and `restart-agent`. */
  readonly approveQuarantine: boolean;
  /** After this time a claim no longer keeps other incidents from the node. */
  readonly claimHours: number;
  readonly budget: { readonly maxPercent: number; readonly minNodes: number };
}

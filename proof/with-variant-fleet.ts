import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fleet } from '../lab/fleet.ts';
import { createNamespaceFleet } from '../lab/namespaces/create-namespace-fleet.ts';
import type { LabVariant } from '../lab/variants/lab-variant.ts';
import { type LocalConfig, loadLocalConfig } from '../local/config.ts';
import { type EvidenceSource, fleetSource } from '../local/evidence-source.ts';

/** A variant's fleet in the lab, where its evidence comes from, and its team's settings. */
export interface VariantFleet {
  readonly fleet: Fleet;
  readonly source: EvidenceSource;
  readonly config: LocalConfig;
}

/** Brings a variant's fleet up, and takes it down at the end. Rejects when it does not come up. */
export async function withVariantFleet<T>(
  { name, settings }: LabVariant,
  use: (variant: VariantFleet) => Promise<T>,
): Promise<T> {
  const stateDir = await mkdtemp(join(tmpdir(), 'restitch-variant-'));
  try {
    const config = loadLocalConfig({ LAB_INVENTORY: 'off', ...settings });
    const fleet = await createNamespaceFleet({ stateDir, orphanGraceSeconds: 1, variant: name });
    const source = await fleetSource(fleet, stateDir, config);
    try {
      return await use({ fleet, source, config });
    } finally {
      await source.close();
      await fleet.down();
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fleet } from '../lab/fleet.ts';
import type { LabVariant } from '../lab/variants/lab-variant.ts';
import { type LocalConfig, loadLocalConfig } from '../local/config.ts';
import { type Runtime, startRuntime } from '../local/runtime.ts';

/** A whole Restitch with a lab of its own. `stateDir` is its folder. */
export interface LabRuntime {
  readonly runtime: Runtime;
  readonly fleet: Fleet;
  readonly config: LocalConfig;
  readonly stateDir: string;
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Does `body` with one on a variant of the lab, and leaves nothing behind. `settings`: environment variables; the variant's win. */
export async function withLabRuntime<T>(
  { name, settings: ofVariant }: LabVariant,
  settings: Readonly<Record<string, string>>,
  body: (lab: LabRuntime) => Promise<T>,
): Promise<T> {
  const stateDir = await mkdtemp(join(tmpdir(), 'restitch-proof-'));
  try {
    const fleetOf = { FLEET: 'namespaces', LAB_VARIANT: name, ORPHAN_GRACE_SECONDS: '1' };
    const config = loadLocalConfig({ ...settings, ...ofVariant, ...fleetOf });
    const runtime = await startRuntime({ stateDir, port: 0, config, log });
    try {
      const { fleet } = runtime.services.own;
      if (fleet === undefined) throw new Error('this needs a fleet of its own');
      return await body({ runtime, fleet, config, stateDir });
    } finally {
      await runtime.close();
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

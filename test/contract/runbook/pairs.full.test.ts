import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { checkFleet } from '../../../lab/check-fleet.ts';
import type { Fault } from '../../../lab/fault.ts';
import { findFault } from '../../../lab/faults/catalogue.ts';
import { pairFaults } from '../../../lab/faults/pairs/pair-faults.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createSimulatedFleet } from '../../../lab/simulated/create-simulated-fleet.ts';
import { loadLocalConfig } from '../../../local/config.ts';
import { type EvidenceSource, fleetSource } from '../../../local/evidence-source.ts';
import { diagnoseNode } from '../../../proof/matrix/diagnose-fault.ts';
import { wrongActs } from '../../../proof/wrong-acts.ts';
import { act } from '../simulated/fleet-documents.ts';

/** One pair of thirty, which all run on the lab: `npm run drills -- --pairs`. */
const [first, second] = ['peer-fdb-stale', 'fdb-one-peer-missing'] as const;
const MOST_LOOKS = 4;

function known(name: string): Fault {
  const fault = findFault(name);
  if (fault === undefined) throw new Error(`no fault is called ${name}`);
  return fault;
}

describe('two faults at once', () => {
  const config = loadLocalConfig({});
  let stateDir: string;
  let fleet: Fleet;
  let source: EvidenceSource;
  let keys = 0;

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'restitch-pairs-'));
    fleet = await createSimulatedFleet({ stateDir });
    source = await fleetSource(fleet, stateDir, config);
  });
  afterAll(async () => {
    await source.close();
    await fleet.down();
    await rm(stateDir, { recursive: true, force: true });
  });

  /** One look at the node, and what it leads to; undefined: it is healthy. */
  async function repairOnce(look: number): Promise<readonly string[] | undefined> {
    const { examination } = await diagnoseNode('gpu-1', `look-${look}`, source.ports, config);
    if (examination.diagnosis.class === 'healthy') return undefined;
    const plan = planRepair(examination);
    for (const { host, operations } of plan.hosts) {
      keys += 1;
      await act(fleet, host, 'apply', {
        operationKey: `test.pairs.${keys}`,
        fencingToken: '1',
        operations: operations.map(formatOperation).join(','),
        check: 'false',
        confirmWithinSeconds: '0',
      });
    }
    return planLines(plan);
  }

  it('on the node and on its hub are repaired one after the other, and nothing else is touched', async () => {
    const pair = pairFaults(known(first), known(second));
    await fleet.inject(first);
    await fleet.inject(second);
    const done: string[] = [];
    for (let look = 1; look <= MOST_LOOKS; look++) {
      const lines = await repairOnce(look);
      if (lines === undefined) break;
      done.push(...lines);
    }
    expect(wrongActs(pair, [{ stage: 'reconcile', lines: done }])).toEqual([]);
    expect(done.length).toBeGreaterThanOrEqual(2);
    expect(await checkFleet(fleet)).toEqual({ healthy: true, broken: [] });
  });
});

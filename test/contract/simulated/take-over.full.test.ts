import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFleet } from '../../../lab/check-fleet.ts';
import { createSimulatedFleet } from '../../../lab/simulated/create-simulated-fleet.ts';
import { act, VXLAN } from './fleet-documents.ts';

describe('the simulated fleet from one process to the next', () => {
  it('is taken over as it is, and taken down with everything but what hosts keep', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'restitch-simulated-'));
    try {
      const first = await createSimulatedFleet({ stateDir });
      await first.inject('pod-routes-missing');
      await act(first, 'gpu-1', 'bounce', {
        operationKey: 'test.bounce.3',
        fencingToken: '1',
        device: VXLAN,
        operations: '',
        confirmWithinSeconds: '600',
      });
      const long = first.exec('gpu-2', { argv: ['sleep', '60'], timeoutMs: 60_000 });

      const second = await createSimulatedFleet({ stateDir });
      expect((await checkFleet(second)).healthy).toBe(false);
      await second.down();
      expect(await long).toMatchObject({ code: null, timedOut: false });
      await second.down();
      expect(await readdir(join(stateDir, 'simulated'))).toEqual(['hosts']);
      expect(await processesNaming(stateDir)).toEqual([]);

      const third = await createSimulatedFleet({ stateDir });
      expect(await checkFleet(third)).toEqual({ healthy: true, broken: [] });
      const report = await act(third, 'gpu-1', 'read-journal', { operationKey: 'test.bounce.3' });
      expect(report).toMatchObject({ action: 'bounce', status: 'applied', replayed: true });
      const [gpu] = third.hosts.filter(({ name }) => name === 'gpu-1');
      expect(existsSync(join(gpu?.durableDir ?? '', 'journal', 'test.bounce.3.json'))).toBe(true);
      await third.down();
    } finally {
      await rm(stateDir, { recursive: true, force: true });
    }
  });
});

async function processesNaming(text: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(text));
}

import { describe, expect, it } from 'vitest';
import type { FaultClass } from '../../../core/fault-class.ts';
import { stagesLeft, type TriedStage } from '../../../core/runbook/stages-left.ts';
import { runbookFor } from '../../../runbooks/catalogue.ts';

/** Every rung of a class that one cause climbs when none of them heals it. */
function rungs(faultClass: FaultClass, cause: string): readonly string[] {
  const runbook = runbookFor(faultClass);
  const tried: TriedStage[] = [];
  for (;;) {
    const stage = runbook && stagesLeft(runbook, { cause, hostAtFault: 'gpu-1' }, tried)[0];
    if (stage === undefined) return tried.map((each) => each.stage);
    tried.push({ class: faultClass, cause, stage: stage.name });
  }
}

describe('the ladder of a tunnel that is down', () => {
  it.each([
    ['interface-missing', ['reconcile', 'quarantine']],
    ['interface-down', ['reconcile', 'quarantine']],
    ['flannel-interface-down', ['reconcile', 'quarantine']],
    ['flannel-peer-missing', ['reconcile', 'quarantine']],
    ['flannel-daemon-hung', ['reconcile', 'quarantine']],
    ['flannel-interface-missing', ['reconcile', 'restart-agent', 'quarantine']],
    ['flannel-key-unannounced', ['reconcile', 'restart-agent', 'quarantine']],
  ])('restarts flanneld only where it alone can make the device: %s', (cause, expected) => {
    expect(rungs('tunnel-down', cause)).toEqual(expected);
  });
});

describe('a stage that was tried', () => {
  it('is tried again against another cause', () => {
    const runbook = runbookFor('tunnel-down');
    const tried = [{ class: 'tunnel-down', cause: 'interface-down', stage: 'reconcile' }] as const;
    expect(
      runbook && stagesLeft(runbook, { cause: 'flannel-interface-down', hostAtFault: 'gpu-1' }, tried)[0]?.name,
    ).toBe('reconcile');
  });

  it.each([
    ['gpu-1', 'quarantine'],
    ['hub-1', 'reconcile'],
    [null, 'reconcile'],
  ])('is tried again where the same cause is on another host: %s', (hostAtFault, expected) => {
    const runbook = runbookFor('missing-route');
    const tried = [
      { class: 'missing-route', cause: 'allowed-ips-missing', hostAtFault: 'gpu-1', stage: 'reconcile' },
    ] as const;
    expect(runbook && stagesLeft(runbook, { cause: 'allowed-ips-missing', hostAtFault }, tried)[0]?.name).toBe(
      expected,
    );
  });

  it('counts for every host in a record that names none', () => {
    const runbook = runbookFor('missing-route');
    const tried = [{ class: 'missing-route', cause: 'allowed-ips-missing', stage: 'reconcile' }] as const;
    const left = runbook && stagesLeft(runbook, { cause: 'allowed-ips-missing', hostAtFault: 'hub-1' }, tried);
    expect(left?.[0]?.name).toBe('quarantine');
  });
});

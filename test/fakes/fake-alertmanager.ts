import type { AlertSource, HeldAlert } from '../../core/alert/alert-source.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import { createFaults, type Faults } from './faults.ts';

/** What Alertmanager has, as a test puts it there. */
export interface FakeAlertmanager extends AlertSource {
  readonly held: HeldAlert[];
  upSince: number;
  readonly faults: Faults;
}

export function createFakeAlertmanager(): FakeAlertmanager {
  const held: HeldAlert[] = [];
  const faults = createFaults('alertmanager');
  const fake: FakeAlertmanager = {
    held,
    upSince: 0,
    faults,
    list: () => faults.around('list', () => ({ upSince: fake.upSince, alerts: [...held] })),
  };
  return fake;
}

/** The alert of a work item, as Alertmanager holds it. */
export function heldAlertOf({ target, fingerprint, startsAt, alertname }: WorkItem, active = true): HeldAlert {
  const labels = { alertname, cluster: target.cluster, node: target.node };
  const raw = { status: 'firing', labels, annotations: {}, startsAt: new Date(startsAt).toISOString(), fingerprint };
  return { active, raw, fingerprint, startsAt };
}

import type { Log } from '../../core/log.ts';
import { createFakeUserGroups } from '../fakes/fake-user-groups.ts';
import { createFakeWorkQueue } from '../fakes/fake-work-queue.ts';
import { createInMemoryIncidentStore } from '../fakes/in-memory-incident-store.ts';
import { createInMemoryReplies } from '../fakes/in-memory-replies.ts';
import { createInMemorySafetyRecords } from '../fakes/in-memory-safety-records.ts';
import { incidentOf } from '../fakes/sample-records.ts';

/** Alice may order, from one workspace, app and channel. */
export const orderSettings = {
  approvers: ['U0ALICE'],
  rules: [],
  workspaces: ['T0001'],
  apps: ['A123456'],
  channels: ['C2147483705'],
};

/** What orders from Slack need, in memory, with one open incident. */
export async function orderPorts(clock: () => number, log: Log) {
  const store = createInMemoryIncidentStore();
  await store.openOrGet({ cluster: 'lab-1', node: 'gpu-1' }, () => incidentOf(), undefined);
  const safety = createInMemorySafetyRecords();
  const replies = createInMemoryReplies();
  return {
    store,
    safety,
    replies,
    queue: createFakeWorkQueue(),
    groups: createFakeUserGroups(),
    clock,
    log,
    sleep: async () => undefined,
  };
}

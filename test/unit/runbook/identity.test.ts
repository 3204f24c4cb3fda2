import { describe, expect, it } from 'vitest';
import { describeOldAgent } from '../../../core/runbook/agent-version.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

describe('an incident whose node names another instance as its own', () => {
  it('is handed over with what to correct, and no host is touched', async () => {
    const work = createIncidentUnderTest();
    const reason =
      'spec.providerID of gpu-1 names mi-hub-1, but mi-gpu-1 has the tag restitch:node with the value gpu-1';
    const { findInstance } = work.commands;
    work.commands.findInstance = async (name, providerId) =>
      name === 'gpu-1' ? { type: 'missing', reason } : findInstance(name, providerId);
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual([]);
    expect(JSON.stringify(await work.store.readReceipt('lab.gpu-1.1'))).toContain(reason);
  });
});

describe('an incident whose node has an agent that is too old', () => {
  it('is handed over with how to update it, and nothing is sent there', async () => {
    const work = createIncidentUnderTest();
    const reason = describeOldAgent('mi-gpu-1', '3.3.1611.0');
    const { findInstance } = work.commands;
    work.commands.findInstance = async (name, providerId) =>
      name === 'gpu-1'
        ? { type: 'too-old', instanceId: 'mi-gpu-1', version: '3.3.1611.0', reason }
        : findInstance(name, providerId);
    await work.start();
    await work.untilAtRest();
    expect(work.commands.sent.filter(({ instanceId }) => instanceId === 'mi-gpu-1')).toEqual([]);
    expect(JSON.stringify(await work.store.readReceipt('lab.gpu-1.1'))).toContain(reason);
  });
});

describe('an incident in which the node’s instance answers as another host', () => {
  it.each([
    ['by its name', { hostname: 'hub-1' }],
    ['by its machine id', { machineId: '4c4c4544004a3410804ac7c04f573532' }],
  ])('%s is handed over, and no host is touched', async (_what, answer) => {
    const work = createIncidentUnderTest();
    const machineID = 'ec2e8d1b5f0f4d0f9c1d6f0c1a2b3c4d';
    work.cluster.change('gpu-1', (node) => ({ ...node, status: { ...node.status, nodeInfo: { machineID } } }));
    work.commands.reads = (evidence, host) => (host === 'gpu-1' ? { ...evidence, ...answer } : evidence);
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual([]);
    expect(work.commands.sent.some(({ parameters }) => parameters['operations'] !== undefined)).toBe(false);
  });
});

describe('an incident in which the hub’s instance answers as another host', () => {
  it('repairs nothing at the hub, whatever that host says', async () => {
    const work = createIncidentUnderTest();
    work.commands.reads = (evidence, host) =>
      host === 'hub-1' ? { ...evidence, hostname: 'gpu-2', fdb: [] } : evidence;
    await work.start();
    await work.workUntil(({ phase }) => phase === 'closed' || phase === 'handed-over');
    const onHub = work.commands.sent.filter(({ instanceId }) => instanceId === 'mi-hub-1');
    expect(new Set(onHub.map(({ document }) => document))).toEqual(new Set(['diagnose']));
    // Only with what it is read does it send.
    expect(onHub.every(({ parameters }) => parameters['probes'] === '' || parameters['whole'] === 'first')).toBe(true);
  });
});

import type { PrintedEvidence } from '../../core/evidence/printed-evidence.ts';
import { parseProbeName } from '../../core/evidence/probe-name.ts';
import type { ActionReport } from '../../core/repair/action-report.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { CommandResult, CommandRunner, NodeCommand } from '../../core/runbook/node-command.ts';
import { type HealthyFleet, healthyHost } from './healthy-evidence.ts';

/** Hosts with flushed forwarding entries, gpu-1 unless told, and what would mend them; the other hosts are healthy. */
export interface FakeNodeCommands extends CommandRunner {
  /** What each document was sent with, in order. */
  readonly sent: readonly NodeCommand[];
  /** The hosts that are sick now. */
  readonly sick: Set<string>;
  /** Whether any host is sick. `true` makes all of them sick again. */
  broken: boolean;
  /** What made the host sick is gone: no rollback brings it back. */
  recover(host: string): void;
  /** Which documents heal the node when they run. */
  heals: readonly ('apply' | 'bounce' | 'restart-agent')[];
  /** How the next sends of acting documents go wrong, one each. */
  readonly nextSends: ('throttled' | 'lost-reply' | 'lost-before')[];
  /** Which probes of a host nobody answers, besides what a broken node loses. */
  lost: (probe: string, host: string) => boolean;
  /** Hosts of which a tunnel has rested: told to read and to send, they read only. */
  readonly resting: Set<string>;
  /** What a host reads instead of what a healthy one would. */
  reads: (evidence: PrintedEvidence, host: string) => PrintedEvidence;
  /** Why hosts refuse `apply` and `bounce`; undefined: they do not. */
  refusal: ActionReport['refusal'];
  /** What happens while a document is at work. */
  meanwhile: (document: NodeCommand['document'], host: string) => void;
  /** Documents that fail on the node without a report. */
  failing: readonly string[];
}

export function createFakeNodeCommands(
  fleet?: HealthyFleet,
  sickHosts: readonly string[] = ['gpu-1'],
  /** Epoch milliseconds; with it a change that nobody confirms in time is rolled back, as hosts do. */
  now?: () => number,
): FakeNodeCommands {
  const sick = new Set(sickHosts);
  const sent: NodeCommand[] = [];
  const results = new Map<string, CommandResult>();
  /** Of a command to several instances: what each of them got. */
  const shared = new Map<string, ReadonlyMap<string, string>>();
  const journal = new Map<string, ActionReport>();
  /** Changes that nobody has confirmed yet, by operation key. */
  const unconfirmed = new Map<string, { readonly host: string; readonly healed: boolean; readonly until: number }>();
  const fake: FakeNodeCommands = {
    sent,
    sick,
    get broken() {
      rollBackOverdue();
      return sick.size > 0;
    },
    set broken(broken) {
      sick.clear();
      if (broken) for (const host of sickHosts) sick.add(host);
    },
    recover: (host) => {
      sick.delete(host);
      for (const [key, change] of unconfirmed)
        if (change.host === host) unconfirmed.set(key, { ...change, healed: false });
    },
    refusal: undefined,
    meanwhile: () => undefined,
    heals: ['apply'],
    nextSends: [],
    failing: [],
    lost: () => false,
    resting: new Set(),
    reads: (evidence) => evidence,
    findInstance: async (nodeName) => ({
      type: 'found',
      instanceId: `mi-${nodeName}`,
      agent: { status: 'online', version: '3.3.2746.0' },
    }),
    send: async (command) => {
      rollBackOverdue();
      const acting = command.document !== 'diagnose' && command.document !== 'read-journal';
      const fault = acting ? fake.nextSends.shift() : undefined;
      if (fault === 'throttled') throw new RestitchError('ssm', 'ThrottlingException', { retryable: true });
      if (fault === 'lost-before') throw new RestitchError('ssm', 'socket hang up', { retryable: false });
      sent.push(command);
      const commandId = `command-${sent.length}`;
      results.set(commandId, run(command));
      fake.meanwhile(command.document, hostOf(command));
      if (fault === 'lost-reply') throw new RestitchError('ssm', 'socket hang up', { retryable: false });
      return { commandId };
    },
    sendToAll: async ({ instanceIds, ...command }) => {
      const probes = (command.parameters['probes'] ?? '').split(',');
      const own = new Map<string, string>();
      for (const instanceId of instanceIds) {
        const mine = probes.filter((probe) => probe.startsWith(`${instanceId}=`));
        const parameters = { ...command.parameters, probes: mine.map((probe) => probe.split('=')[1]).join(',') };
        const { commandId } = await fake.send({ ...command, instanceId, parameters });
        own.set(instanceId, commandId);
      }
      const commandId = `shared-${sent.length}`;
      shared.set(commandId, own);
      return { commandId };
    },
    findCommand: async (operationKey) => {
      const index = sent.findIndex((command) => command.operationKey === operationKey);
      return index < 0 ? undefined : `command-${index + 1}`;
    },
    listUnderWay: async () => [],
    result: async (commandId, instanceId) =>
      results.get(shared.get(commandId)?.get(instanceId) ?? commandId) ?? { status: 'running' },
  };

  function run(command: NodeCommand): CommandResult {
    if (fake.failing.includes(command.document))
      return { status: 'failed', exitCode: 1, stdout: '', stderr: 'made to fail' };
    return { status: 'succeeded', stdout: JSON.stringify(answer(command)), truncated: false };
  }

  function measuredOn(host: string, probes: string): PrintedEvidence {
    return fake.reads(measured(host, probes, { sick, fleet, lost: fake.lost }), host);
  }

  /** One that reads its host whole and sends tells how that was before. */
  function diagnosed(command: NodeCommand): PrintedEvidence {
    const { probes = '', whole } = command.parameters;
    if ((whole !== 'true' && whole !== 'first') || probes === '') return measuredOn(hostOf(command), probes);
    if (whole === 'first' && fake.resting.has(hostOf(command))) return measuredOn(hostOf(command), '');
    const { collectedAt, wireguard, flannelWireGuard, counters } = measuredOn(hostOf(command), '');
    return { ...measuredOn(hostOf(command), probes), before: { collectedAt, wireguard, flannelWireGuard, counters } };
  }

  function rollBackOverdue(): void {
    for (const [key, { until }] of unconfirmed) if (now !== undefined && until <= now()) rollBack(key);
  }

  function rollBack(key: string): void {
    const change = unconfirmed.get(key);
    if (change?.healed === true) sick.add(change.host);
    unconfirmed.delete(key);
  }

  function act(command: NodeCommand, document: 'apply' | 'bounce' | 'restart-agent', key: string): ActionReport {
    const host = hostOf(command);
    const healed = fake.heals.includes(document) && sick.delete(host);
    const seconds = command.parameters['confirmWithinSeconds'];
    if (now !== undefined && seconds !== undefined)
      unconfirmed.set(key, { host, healed, until: now() + Number(seconds) * 1_000 });
    const done = report(document, key, 'applied');
    journal.set(key, done);
    return done;
  }

  function answer(command: NodeCommand): PrintedEvidence | ActionReport {
    const key = command.parameters['operationKey'] ?? '';
    switch (command.document) {
      case 'diagnose':
        return diagnosed(command);
      case 'read-journal':
        return journal.get(key) ?? report('read-journal', key, 'absent');
      case 'restart-agent':
        if (!fake.heals.includes('restart-agent')) return report('restart-agent', key, 'refused');
        return act(command, command.document, key);
      case 'apply':
      case 'bounce':
        if (fake.refusal !== undefined)
          return { ...report(command.document, key, 'refused'), refusal: fake.refusal, reason: fake.refusal };
        return act(command, command.document, key);
      case 'confirm':
        return report(
          command.document,
          key,
          unconfirmed.delete(key) || now === undefined ? 'confirmed' : 'rolled-back',
        );
      default:
        rollBack(key);
        return report(command.document, key, 'rolled-back');
    }
  }
  return fake;
}

function report(action: ActionReport['action'], operationKey: string, status: ActionReport['status']): ActionReport {
  const nothing = {
    replayed: false,
    checkOnly: false,
    changed: [],
    unchangedCount: 0,
    failed: [],
    reason: null,
    rollbackAt: null,
  };
  return { schema: 'restitch/action/1', action, operationKey, status, ...nothing };
}

function hostOf({ instanceId }: NodeCommand): string {
  return instanceId.replace(/^mi-/, '');
}

interface Patients {
  readonly sick: ReadonlySet<string>;
  readonly fleet: HealthyFleet | undefined;
}

function measured(
  host: string,
  probes: string,
  { sick, fleet, lost: alsoLost }: Pick<FakeNodeCommands, 'lost'> & Patients,
): PrintedEvidence {
  const healthy = healthyHost(host, fleet);
  const concerned = (name: string) => sick.has(host) || sick.has(parseProbeName(name)?.peer ?? '');
  return {
    ...healthy,
    flannelDevice: 'flannel.1',
    overlay: [],
    fdb: sick.has(host) ? [] : healthy.fdb,
    probes: probes
      .split(',')
      .filter((probe) => probe !== '')
      .map((probe) => {
        const [name = '', address = '', payload = '0', mode = 'echo'] = probe.split('/');
        const lost = (concerned(name) && parseProbeName(name)?.kind !== 'underlay') || alsoLost(name, host);
        return {
          name,
          address,
          payloadBytes: Number(payload),
          mode: mode === 'hop' ? ('hop' as const) : ('echo' as const),
          sent: 3,
          received: lost ? 0 : 3,
          rttMs: lost ? null : 1,
          tooLong: false,
          foundPayloadBytes: null,
        };
      }),
  };
}

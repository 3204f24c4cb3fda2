import type { Diagnosis } from '../core/diagnosis/diagnosis.ts';
import { type Evidence, measuredOn } from '../core/evidence/evidence.ts';
import { brokenPaths, describePath } from '../core/evidence/paths.ts';
import { everyLayerAndWorkload } from '../core/evidence/probe-plan.ts';
import { type Change, changeOf } from '../core/repair/change.ts';
import { formatOperation } from '../core/repair/operation.ts';
import { permanentChanges, permanentLines } from '../core/repair/permanent-changes.ts';
import type { HostPlan, Plan } from '../core/repair/plan.ts';
import { stagesAgainst } from '../core/runbook/next-stage.ts';
import { patienceFor } from '../core/runbook/patience.ts';
import type { Runbook } from '../core/runbook/runbook.ts';

interface PlannedChange extends Change {
  readonly line: string;
}

/** What changes where, how it is undone, what comes next, and what stays for a person: as one reads a Terraform plan. */
export function planReport(
  evidence: Evidence,
  diagnosis: Diagnosis,
  plan: Plan,
  runbook: Runbook | undefined,
): readonly string[] {
  const patience = runbook && patienceFor(runbook, evidence, diagnosis);
  const hosts = plan.hosts.map((part) => ({ host: part.host, changes: changesOf(evidence, part) }));
  const all = hosts.flatMap(({ changes }) => changes);
  const count = (sign: Change['sign']) => all.filter((change) => change.sign === sign).length;
  const { node } = evidence.target;
  const [first, ...rest] = runbook === undefined ? [] : stagesAgainst(runbook, diagnosis.cause);
  // Taking capacity away helps only where the fault is.
  const later = rest.filter(({ name }) => name !== 'quarantine' || diagnosis.hostAtFault === node);
  return [
    `${node}: ${diagnosis.class} (${diagnosis.cause}), confidence ${diagnosis.confidence.toFixed(2)}`,
    ...(patience === undefined ? [] : ['', `first it is given ${patience.seconds} s: ${patience.why}`]),
    ...(first === undefined || hosts.length === 0 ? [] : ['', `${first.name}: ${first.why}`]),
    ...hosts.flatMap(({ host, changes }) => ['', `  ${host}`, ...changes.flatMap(describe)]),
    ...(hosts.length === 0 ? [] : section('lost now, verified afterwards', lostNow(evidence))),
    ...(hosts.length === 0 ? [] : section('disturbs', disturbances(plan))),
    ...section('undone by', undoLines(hosts)),
    ...section('to keep it over a restart', permanentLines(permanentChanges(plan))),
    ...section('by hand', plan.beyond),
    ...section(
      'if that does not heal it',
      later.map((stage) => `${stage.name} (approval ${stage.approval}): ${stage.why}`),
    ),
    '',
    all.length === 0
      ? 'Plan: nothing to change.'
      : `Plan: ${count('+')} to add, ${count('~')} to change, ${count('-')} to remove, on ${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}.`,
  ];
}

function changesOf(evidence: Evidence, { host, operations }: HostPlan): readonly PlannedChange[] {
  const measured = measuredOn(evidence.readings, host);
  const anew = operations.flatMap((operation) => (operation.op === 'vxlan create' ? [operation.dev] : []));
  return operations.map((operation) => {
    const line = formatOperation(operation);
    if (measured === undefined) return { line, sign: '~', now: null, undo: '' };
    // What lies on a device that is made anew goes with the old one, and is taken back with the new one.
    const onNewDevice = operation.op !== 'vxlan create' && 'dev' in operation && anew.includes(operation.dev);
    return { line, ...(onNewDevice ? { sign: '+' as const, now: null, undo: '' } : changeOf(operation, measured)) };
  });
}

function describe({ sign, line, now }: PlannedChange): readonly string[] {
  return [`    ${sign} ${line}`, ...(now === null ? [] : [`        now: ${now}`])];
}

const MOST_PATHS = 4;

/** The paths that must pass afterwards. */
function lostNow(evidence: Evidence): readonly string[] {
  const lost = brokenPaths(evidence, everyLayerAndWorkload).map((path) =>
    describePath(path).replace(/ is (lost|too long)$/, ''),
  );
  const more = lost.length > MOST_PATHS ? [`and ${lost.length - MOST_PATHS} more paths`] : [];
  return lost.length === 0 ? ['nothing: every measured path passes'] : [...lost.slice(0, MOST_PATHS), ...more];
}

/** Measured in the lab: changes of entries, MTUs, keepalive and AllowedIPs lose no packet; a new device costs about 0.1 s. */
function disturbances({ hosts }: Plan): readonly string[] {
  const anew = hosts.filter(({ operations }) => operations.some(({ op }) => op === 'vxlan create'));
  return anew.length === 0
    ? ['nothing: no packet of a path that works is lost']
    : anew.map(({ host }) => `the overlay of ${host} for about 0.1 s, as far as it works at all`);
}

/** The last change first, as a person would take them back. */
function undoLines(
  hosts: readonly { readonly host: string; readonly changes: readonly PlannedChange[] }[],
): readonly string[] {
  if (hosts.length === 0) return [];
  const lines = hosts.flatMap(({ host, changes }) =>
    changes.toReversed().flatMap(({ undo }) => (undo === '' ? [] : [`${host}: ${undo}`])),
  );
  return ['each host by itself, unless a passed verification confirms the change; by hand with', ...lines];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

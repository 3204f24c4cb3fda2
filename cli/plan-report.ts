import type { Diagnosis } from '../core/diagnosis/diagnosis.ts';
import type { Evidence } from '../core/evidence/evidence.ts';
import { brokenPaths, describePath } from '../core/evidence/paths.ts';
import { everyLayerAndWorkload } from '../core/evidence/probe-plan.ts';
import type { Change } from '../core/repair/change.ts';
import { permanentChanges, permanentLines } from '../core/repair/permanent-changes.ts';
import { isEmptyPlan, type Plan } from '../core/repair/plan.ts';
import { patienceFor } from '../core/runbook/patience.ts';
import type { Runbook, Stage } from '../core/runbook/runbook.ts';
import { stagesLeft } from '../core/runbook/stages-left.ts';
import { hostPart, type PlannedPart, partLines, tablePart, undoLines } from './planned-part.ts';

/** What changes where, how it is undone, what comes next, and what stays for a person: as one reads a Terraform plan. */
export function planReport(
  evidence: Evidence,
  diagnosis: Diagnosis,
  plan: Plan,
  runbook: Runbook | undefined,
): readonly string[] {
  const patience = runbook && patienceFor(runbook, evidence, diagnosis);
  const hosts = plan.hosts.map((part) => hostPart(evidence, part));
  const tables = (plan.routeTables ?? []).map(tablePart);
  const { node } = evidence.target;
  const [first, ...rest] = runbook === undefined ? [] : stagesLeft(runbook, diagnosis.cause, []);
  const cloud = rest.find(({ name }) => name === 'cloud-route');
  // Taking capacity away helps only where the fault is, and a cloud route that could be made is above.
  const later = rest.filter(
    (stage) => stage !== cloud && (stage.name !== 'quarantine' || diagnosis.hostAtFault === node),
  );
  return [
    `${node}: ${diagnosis.class} (${diagnosis.cause}), confidence ${diagnosis.confidence.toFixed(2)}`,
    ...(patience === undefined ? [] : ['', `first it is given ${patience.seconds} s: ${patience.why}`]),
    ...rung(first, hosts),
    ...rung(cloud, tables),
    ...(isEmptyPlan(plan) ? [] : section('lost now, verified afterwards', lostNow(evidence))),
    ...(isEmptyPlan(plan) ? [] : section('disturbs', disturbances(plan))),
    ...section('undone by', [
      ...undone('each host by itself, unless a passed verification confirms the change; by hand with', hosts),
      ...undone('Restitch, where the verification fails; by hand with', tables),
    ]),
    ...section('to keep it over a restart', permanentLines(permanentChanges(plan))),
    ...section('by hand', plan.beyond),
    ...section(
      'if that does not heal it',
      later.map((stage) => `${stage.name} (approval ${stage.approval}): ${stage.why}`),
    ),
    '',
    total(hosts, tables),
  ];
}

function rung(stage: Stage | undefined, parts: readonly PlannedPart[]): readonly string[] {
  if (stage === undefined || parts.length === 0) return [];
  const asked = stage.approval === 'required' ? ' (approval required)' : '';
  return ['', `${stage.name}${asked}: ${stage.why}`, ...parts.flatMap(partLines)];
}

function undone(by: string, parts: readonly PlannedPart[]): readonly string[] {
  return parts.length === 0 ? [] : [by, ...undoLines(parts)];
}

function total(hosts: readonly PlannedPart[], tables: readonly PlannedPart[]): string {
  const all = [...hosts, ...tables].flatMap(({ changes }) => changes);
  if (all.length === 0) return 'Plan: nothing to change.';
  const count = (sign: Change['sign']) => all.filter((change) => change.sign === sign).length;
  const places = [...counted('on', hosts.length, 'host'), ...counted('in', tables.length, 'route table')];
  return `Plan: ${count('+')} to add, ${count('~')} to change, ${count('-')} to remove, ${places.join(' and ')}.`;
}

function counted(where: string, number: number, what: string): readonly string[] {
  return number === 0 ? [] : [`${where} ${number} ${what}${number === 1 ? '' : 's'}`];
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

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

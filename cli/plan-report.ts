import { counted } from '../core/counted.ts';
import type { Evidence } from '../core/evidence/evidence.ts';
import { brokenPaths, describePath } from '../core/evidence/paths.ts';
import { everyLayerAndWorkload } from '../core/evidence/probe-name.ts';
import type { Change } from '../core/repair/change.ts';
import { permanentChanges, permanentLines } from '../core/repair/permanent-changes.ts';
import { type Plan, planLines } from '../core/repair/plan.ts';
import { hostPart, type PlannedPart, partLines, tablePart, undoLines } from '../core/repair/planned-part.ts';
import type { Stage } from '../core/runbook/runbook.ts';
import type { PlannedStage } from '../functions/runbook/rungs/plan-ladder.ts';
import type { PlanDecision } from './plan-decision.ts';

/** What changes where, how it is undone, what comes next, and what a person has to do. The layout is that of a Terraform plan. */
export function planReport({ seen, patience, first, later, byHand }: PlanDecision): readonly string[] {
  const { diagnosis } = seen;
  // Of the address family that was found wrong.
  const { evidence } = seen.facts;
  return [
    `${evidence.target.node}: ${diagnosis.class} (${diagnosis.cause}), confidence ${diagnosis.confidence.toFixed(2)}`,
    ...(patience === undefined ? [] : ['', `first, wait ${patience.seconds} s: ${patience.why}`]),
    ...(first === undefined ? [] : stageReport(evidence, first)),
    ...section('by hand', byHand),
    ...section(
      'if that does not heal it',
      later.map(({ stage }) => titleOf(stage)),
    ),
    '',
    first === undefined ? 'Plan: nothing to change.' : total(evidence, first),
  ];
}

function stageReport(evidence: Evidence, planned: PlannedStage): readonly string[] {
  const { stage, plan } = planned;
  const { hosts, tables } = partsOf(evidence, plan);
  const steps = stepsOf(planned);
  const repairs = plan !== null;
  return [
    '',
    titleOf(stage),
    ...(steps.length === 0 ? [] : ['', ...steps.map((line) => `    ${line}`)]),
    ...[...hosts, ...tables].flatMap(partLines),
    ...(repairs ? section('lost now, verified afterwards', lostNow(evidence)) : []),
    // The effects of a restart or a cordon are in the stage's `why`.
    ...(repairs && steps.length === 0 ? section('disturbs', disturbances(plan)) : []),
    ...section('undone by', [
      ...undone('each host by itself, unless a passed verification confirms the change; by hand with', hosts),
      ...undone('Restitch, where the verification fails; by hand with', tables),
    ]),
    ...(repairs ? section('to keep it over a restart', permanentLines(permanentChanges(plan))) : []),
  ];
}

const approvals: Readonly<Record<Stage['approval'], string>> = {
  none: '',
  required: ' (approval required)',
  always: ' (approval always required)',
  'by-policy': ' (approval by policy)',
};

function titleOf({ name, approval, why }: Stage): string {
  return `${name}${approvals[approval]}: ${why}`;
}

function partsOf(evidence: Evidence, plan: Plan | null) {
  const changed = (plan?.hosts ?? []).filter(({ operations }) => operations.length > 0);
  return { hosts: changed.map((part) => hostPart(evidence, part)), tables: (plan?.routeTables ?? []).map(tablePart) };
}

/** What the stage does besides operations and changes of route tables: a restart, a cordon. */
function stepsOf({ plan, lines }: PlannedStage): readonly string[] {
  const changes = plan === null ? [] : planLines(plan);
  return lines.filter((line) => !changes.includes(line));
}

function undone(by: string, parts: readonly PlannedPart[]): readonly string[] {
  return parts.length === 0 ? [] : [by, ...undoLines(parts)];
}

function total(evidence: Evidence, { stage, plan }: PlannedStage): string {
  const { hosts, tables } = partsOf(evidence, plan);
  const all = [...hosts, ...tables].flatMap(({ changes }) => changes);
  if (all.length === 0) return `Plan: ${stage.name} ${placed('on', plan?.hosts.length ?? 1, 'host')}.`;
  const count = (sign: Change['sign']) => all.filter((change) => change.sign === sign).length;
  const places = [placed('on', hosts.length, 'host'), placed('in', tables.length, 'route table')];
  const where = places.filter((place) => place !== '').join(' and ');
  return `Plan: ${count('+')} to add, ${count('~')} to change, ${count('-')} to remove, ${where}.`;
}

function placed(where: string, number: number, what: string): string {
  return number === 0 ? '' : `${where} ${counted(number, what)}`;
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
    : anew.map(({ host }) => `the overlay of ${host} for about 0.1 s (paths that still work)`);
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

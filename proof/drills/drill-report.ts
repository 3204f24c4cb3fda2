import { isDisruptive } from '../../runbooks/catalogue.ts';
import type { DrillRow } from './drill-row.ts';

export const GENTLE_SHARE_WANTED = 0.9;

export interface DrillScore {
  readonly repairable: number;
  readonly healed: number;
  /** Healed without a rung that may drop packets of healthy pods or take capacity away. */
  readonly gently: number;
  readonly unexpected: readonly string[];
  /** Packets of healthy pods lost where only reconcile acted, and the fault was on one node. */
  readonly lostByReconcile: number;
}

export function scoreDrills(rows: readonly DrillRow[]): DrillScore {
  const repairable = rows.filter((row) => row.expected === 'healed');
  const healed = repairable.filter((row) => row.asExpected);
  const gentle = healed.filter((row) => !row.rungs.some((rung) => isDisruptive(rung)));
  const onOneNode = gentle.filter((row) => row.label.hostAtFault?.startsWith('gpu-1'));
  return {
    repairable: repairable.length,
    healed: healed.length,
    gently: gentle.length,
    unexpected: rows.filter((row) => !row.asExpected).map(({ fault }) => fault),
    lostByReconcile: onOneNode.reduce((sum, row) => sum + (row.lostHealthy ?? 0), 0),
  };
}

/** The drills as Markdown. */
export function drillReport(rows: readonly DrillRow[]): string {
  const score = scoreDrills(rows);
  const list = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '));
  return [
    '# Drill report',
    '',
    'Written by `npm run drills`: every fault of the catalogue goes the whole way, from the webhook to the end of its incident, on',
    'the lab of network namespaces. Seconds count from the opened incident; packets are those of a ping every 10 ms, from the first',
    'plan to the end, between pods of healthy nodes and to the pod of the sick one.',
    '',
    '| | |',
    '| --- | --- |',
    `| repairable faults healed | ${score.healed} of ${score.repairable} |`,
    `| of these without a disruptive rung | ${score.gently} |`,
    `| packets of healthy pods lost by reconcile | ${score.lostByReconcile} |`,
    `| not as expected | ${list(score.unexpected)} |`,
    '',
    '| fault | truth | rungs | diagnosed s | repaired s | end s | lost healthy | lost sick | result |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(describeRow),
    '',
  ].join('\n');
}

function describeRow(row: DrillRow): string {
  const { fault, label, rungs, seconds, lostHealthy, lostSick, outcome, asExpected } = row;
  const number = (value: number | null, digits: number) => (value === null ? '-' : value.toFixed(digits));
  const columns = [
    fault,
    `${label.class}/${label.cause} @ ${label.hostAtFault ?? '-'}`,
    rungs.join(' → ') || '-',
    number(seconds.toDiagnosis, 1),
    number(seconds.toRepair, 1),
    number(seconds.toEnd, 1),
    number(lostHealthy, 0),
    number(lostSick, 0),
    asExpected ? outcome : `**${outcome}**`,
  ];
  return `| ${columns.join(' | ')} |`;
}

import { FaultClass } from '../../core/fault-class.ts';
import { faultFamilies } from '../../lab/faults/catalogue.ts';
import {
  CAUSE_ACCURACY_WANTED,
  CLASS_ACCURACY_WANTED,
  HOST_ACCURACY_WANTED,
  type MatrixRow,
  type Score,
  score,
  shortcomings,
} from './score.ts';

/** The confusion matrix and every run, as Markdown. */
export function matrixReport(rows: readonly MatrixRow[], result: Score): string {
  const short = shortcomings(result);
  const lines = [
    '# Diagnosis matrix',
    '',
    'Written by `npm run matrix`: every fault of the catalogue is injected into the lab of network namespaces, the documents of',
    'production collect the evidence, and the classifier is scored against the truth that the fault file states. The evidence of',
    'every run is in `test/fixtures/evidence`, or in `test/fixtures/field` where the diagnosis is wrong. The rules were written on',
    'the same lab, with userspace WireGuard: the figures show which faults are told from which, and do not predict the score in',
    'the field.',
    '',
    '| | | wanted |',
    '| --- | --- | --- |',
    `| class right | ${share(result.classRight, result)} | ≥ ${100 * CLASS_ACCURACY_WANTED} % |`,
    `| cause right as well | ${share(result.causeRight, result)} | ≥ ${100 * CAUSE_ACCURACY_WANTED} % |`,
    `| host at fault right | ${share(result.hostRight, result)} | ≥ ${100 * HOST_ACCURACY_WANTED} % |`,
    `| broken nodes called healthy | ${list(result.falselyHealthy)} | none |`,
    `| healthy nodes that would have been repaired | ${list(result.needlesslyRepaired)} | none |`,
    `| seconds per diagnosis | ${seconds(rows)} | |`,
    '',
    short.length === 0 ? 'Good enough.' : `Not good enough: ${short.join('; ')}.`,
    '',
    '## True class × diagnosed class',
    '',
    ...confusion(rows),
    '',
    '## By family',
    '',
    ...families(rows),
    '',
    '## Every fault',
    '',
    '| fault | truth | diagnosed | confidence | s |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(describeRow),
    '',
  ];
  return lines.join('\n');
}

function share(right: number, { faults }: Score): string {
  return `${right} of ${faults}, ${((100 * right) / Math.max(1, faults)).toFixed(1)} %`;
}

function list(faults: readonly string[]): string {
  return faults.length === 0 ? 'none' : faults.join(', ');
}

function seconds(rows: readonly MatrixRow[]): string {
  const sorted = rows.map((row) => row.seconds).toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `${median.toFixed(1)} in the median, ${(sorted.at(-1) ?? 0).toFixed(1)} at most`;
}

function confusion(rows: readonly MatrixRow[]): readonly string[] {
  const seen = (name: FaultClass) => rows.some((row) => row.label.class === name || row.diagnosed.class === name);
  const classes = FaultClass.options.filter(seen);
  const cell = (truth: FaultClass, diagnosed: FaultClass) => {
    const count = rows.filter((row) => row.label.class === truth && row.diagnosed.class === diagnosed).length;
    return count === 0 ? '' : truth === diagnosed ? `**${count}**` : String(count);
  };
  return [
    `| truth ↓ | ${classes.join(' | ')} |`,
    `| --- |${' --- |'.repeat(classes.length)}`,
    ...classes.map((truth) => `| ${truth} | ${classes.map((diagnosed) => cell(truth, diagnosed)).join(' | ')} |`),
  ];
}

/** One line per family of the catalogue, with its seconds per diagnosis. */
function families(rows: readonly MatrixRow[]): readonly string[] {
  const lines = Object.entries(faultFamilies).flatMap(([family, faults]) => {
    const own = rows.filter(({ fault }) => faults.some(({ name }) => name === fault));
    if (own.length === 0) return [];
    const { classRight, causeRight, hostRight } = score(own);
    return [`| ${family} | ${own.length} | ${classRight} | ${causeRight} | ${hostRight} | ${seconds(own)} |`];
  });
  return [
    '| family | faults | class right | cause right | host right | seconds |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ];
}

function describeRow({ fault, label, diagnosed, seconds: taken }: MatrixRow): string {
  const truth = `${label.class}/${label.cause} @ ${label.hostAtFault ?? '-'}`;
  const said = `${diagnosed.class}/${diagnosed.cause} @ ${diagnosed.hostAtFault ?? '-'}`;
  const verdict = said === truth ? 'the same' : `**${said}**`;
  const columns = [fault, truth, verdict, diagnosed.confidence.toFixed(2), taken.toFixed(1)];
  return `| ${columns.join(' | ')} |`;
}

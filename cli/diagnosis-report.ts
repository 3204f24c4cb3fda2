import type { Diagnosis } from '../core/diagnosis/diagnosis.ts';
import type { Evidence } from '../core/evidence/evidence.ts';
import { pathMatrix } from '../core/evidence/path-matrix.ts';
import { describePath, measuredPaths } from '../core/evidence/paths.ts';
import { familyReport } from './path-report.ts';

const INDENT = '    ';
const TABLE_COLUMNS = 80 - INDENT.length;

/** So many paths are named each in words; more become a table. */
const MOST_IN_WORDS = 3;

/** A diagnosis for a person: the verdict first, then the reasons, then why it is nothing else. */
export function diagnosisReport(evidence: Evidence, diagnosis: Diagnosis, colours: boolean): readonly string[] {
  const { cause, hostAtFault, direction, confidence, because, despite, planes, against } = diagnosis;
  const fact = (name: string, value: string) => `  ${name.padEnd(14)} ${value}`;
  const counted = pathCounter(evidence);
  const reasons = counted(because);
  return [
    `${evidence.target.node}: ${diagnosis.class} (${cause})`,
    '',
    ...(diagnosis.class === 'healthy' ? [] : [fact('host at fault', hostAtFault ?? 'none of the fleet’s')]),
    ...(direction === null ? [] : [fact('direction', direction)]),
    fact('confidence', confidence.toFixed(2)),
    fact('three planes', `SSM ${planes.agent}, lease ${planes.lease}, handshake ${planes.handshake}`),
    fact('', planes.verdict),
    ...section('because', reasons),
    ...(reasons.length < because.length ? pathTables(evidence, colours) : []),
    ...section('despite', counted(despite)),
    '',
    '  not',
    ...against.map((entry) => `${INDENT}${entry.class.padEnd(16)} ${counted(entry.why.split('; ')).join('; ')}`),
  ];
}

function section(title: string, sentences: readonly string[]): readonly string[] {
  return sentences.length === 0 ? [] : ['', `  ${title}`, ...sentences.map((sentence) => `${INDENT}${sentence}`)];
}

/** Says of many sentences about single paths only how many they are. The others are kept. */
function pathCounter(evidence: Evidence): (sentences: readonly string[]) => readonly string[] {
  const aboutPaths = new Set(
    measuredPaths(evidence).flatMap((path) => (path.state === 'passed' ? [] : describePath(path))),
  );
  return (sentences) => {
    const others = sentences.filter((sentence) => !aboutPaths.has(sentence));
    const count = sentences.length - others.length;
    return count <= MOST_IN_WORDS ? sentences : [...others, `${count} paths do not pass`];
  };
}

function pathTables(evidence: Evidence, colours: boolean): readonly string[] {
  const { families } = pathMatrix(evidence);
  const layout = { named: families.length > 1, colours, width: TABLE_COLUMNS };
  return families.flatMap((family) => ['', ...familyReport(family, layout).map((line) => `${INDENT}${line}`)]);
}

import type { Diagnosis } from '../core/diagnosis/diagnosis.ts';

/** A diagnosis for a person: the verdict first, then the reasons, then why it is nothing else. */
export function diagnosisReport(node: string, diagnosis: Diagnosis): readonly string[] {
  const { cause, hostAtFault, direction, confidence, because, despite, planes, against } = diagnosis;
  const fact = (name: string, value: string) => `  ${name.padEnd(14)} ${value}`;
  return [
    `${node}: ${diagnosis.class} (${cause})`,
    '',
    ...(diagnosis.class === 'healthy' ? [] : [fact('host at fault', hostAtFault ?? 'none of the fleet’s')]),
    ...(direction === null ? [] : [fact('direction', direction)]),
    fact('confidence', confidence.toFixed(2)),
    fact('three planes', `SSM ${planes.agent}, lease ${planes.lease}, handshake ${planes.handshake}`),
    fact('', planes.verdict),
    ...section('because', because),
    ...section('despite', despite),
    '',
    '  not',
    ...against.map((entry) => `    ${entry.class.padEnd(16)} ${entry.why}`),
  ];
}

function section(title: string, sentences: readonly string[]): readonly string[] {
  return sentences.length === 0 ? [] : ['', `  ${title}`, ...sentences.map((sentence) => `    ${sentence}`)];
}

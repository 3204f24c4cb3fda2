import { shorten } from '../../core/shorten.ts';

/** Where something stands in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is wrong in a file. `error`: it does not do what it is for. `warning`: it does, but worse than it could. */
export interface Finding {
  readonly at: Place;
  readonly severity: 'error' | 'warning';
  /** What is wrong, and what to write instead. Never a value that may be a secret. */
  readonly text: string;
}

export function findingAt(severity: Finding['severity'], { at }: { readonly at: Place }, text: string): Finding {
  return { at, severity, text };
}

/** Of what a file says, a finding repeats no more. */
const MOST_CHARACTERS = 1_000;

/** What follows from one mistake is often found again in every line below it. */
const MOST_FINDINGS = 100;

/** As many as a person reads, with a word about the rest. */
export function firstFindings(findings: readonly Finding[]): readonly Finding[] {
  const [next, ...more] = findings.slice(MOST_FINDINGS);
  if (next === undefined) return findings;
  return [...findings.slice(0, MOST_FINDINGS), { ...next, text: `${next.text} And ${more.length} more.` }];
}

/** `alertmanager.yml:7:5: error: …`, as compilers write it, so that editors find the place. */
export function formatFinding(file: string, { at: { line, column }, severity, text }: Finding): string {
  return `${file}:${line}:${column}: ${severity}: ${shorten(text, MOST_CHARACTERS)}`;
}

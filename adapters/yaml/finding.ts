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

/** `alertmanager.yml:7:5: error: …`, as compilers write it, so that editors find the place. */
export function formatFinding(file: string, { at: { line, column }, severity, text }: Finding): string {
  return `${file}:${line}:${column}: ${severity}: ${text}`;
}

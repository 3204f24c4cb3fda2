/** Where something stands in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** `error`: alerts are lost, refused or mixed up. `warning`: it works, later or with more noise than it has to. */
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

/** `OverlayEntriesBroken, PodRouteMissing and 3 more`. */
export function namesOf(names: readonly string[], most = 3): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}

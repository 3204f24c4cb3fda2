import * as z from 'zod';

const Report = z.object({
  metadata: z.object({ vulnerabilities: z.object({ high: z.number(), critical: z.number(), total: z.number() }) }),
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string() })).default({}),
});
const Refusal = z.object({ message: z.string() });

export interface AuditVerdict {
  readonly text: string;
  readonly failed: boolean;
}

/** What `npm audit --json` said. Where the registry gave no answer nothing failed, and the text says so. */
export function auditVerdict(output: string): AuditVerdict {
  const parsed = parseJson(output);
  const report = Report.safeParse(parsed).data;
  if (report === undefined) {
    const why = Refusal.safeParse(parsed).data?.message ?? 'no report';
    return { text: `not looked at, the registry gave no answer (${why.split(' - ')[0]})`, failed: false };
  }
  const { high, critical, total } = report.metadata.vulnerabilities;
  const grave = Object.entries(report.vulnerabilities)
    .filter(([, { severity }]) => severity === 'high' || severity === 'critical')
    .map(([name]) => name);
  if (high + critical > 0) return { text: `${high} high, ${critical} critical: ${grave.join(', ')}`, failed: true };
  return { text: `${total} known weaknesses, none of them high or critical`, failed: false };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

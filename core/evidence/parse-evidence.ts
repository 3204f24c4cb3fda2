import { describeIssue, shorten } from '../shorten.ts';
import { EVIDENCE_SCHEMA, Evidence } from './evidence.ts';
import { NODE_EVIDENCE_SCHEMA } from './node-evidence.ts';

export type ParsedEvidence =
  | { readonly type: 'parsed'; readonly evidence: Evidence }
  | { readonly type: 'invalid'; readonly why: string };

const MOST_ISSUES = 3;

/** Reads stored evidence. Says what is wrong and where when the text is cut off, foreign, or damaged. */
export function parseEvidence(text: string): ParsedEvidence {
  if (text.trim() === '') return invalid('it is empty');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    // Cut off or no JSON at all; the parser's words say where.
    return invalid(`it is no JSON: ${shorten(error instanceof Error ? error.message : String(error))}`);
  }
  const schema = typeof json === 'object' && json !== null && 'schema' in json ? json.schema : undefined;
  if (schema === NODE_EVIDENCE_SCHEMA)
    return invalid('it is one host’s reading; a diagnosis needs the evidence of node, hub and peer together');
  if (schema !== EVIDENCE_SCHEMA)
    return invalid(`its schema is ${shorten(JSON.stringify(schema) ?? 'not given')}, not "${EVIDENCE_SCHEMA}"`);
  const parsed = Evidence.safeParse(json);
  if (parsed.success) return { type: 'parsed', evidence: parsed.data };
  const issues = parsed.error.issues.map((issue) => describeIssue(issue));
  const more = issues.length > MOST_ISSUES ? `; and ${issues.length - MOST_ISSUES} more` : '';
  return invalid(`${issues.slice(0, MOST_ISSUES).join('; ')}${more}`);
}

function invalid(why: string): ParsedEvidence {
  return { type: 'invalid', why };
}

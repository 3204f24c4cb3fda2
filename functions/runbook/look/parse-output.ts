import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { NODE_EVIDENCE_SCHEMA, type NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { beforeProbes, PrintedEvidence, toNodeEvidence } from '../../../core/evidence/printed-evidence.ts';
import { type TableDigests, withAgreed } from '../../../core/evidence/table-digests.ts';
import { ActionReport } from '../../../core/repair/action-report.ts';
import { describeIssue, shorten } from '../../../core/shorten.ts';

/** The envelope around evidence that would not fit into Run Command's 24,000 characters. */
const CompressedEvidence = z.object({
  schema: z.literal(NODE_EVIDENCE_SCHEMA),
  encoding: z.literal('gzip+base64'),
  data: z.string(),
});

/** The unpacked evidence of a large fleet stays far below this. Our document prints nothing larger. */
const MAX_UNPACKED_BYTES = 8 * 1024 * 1024;

export type Parsed<T> =
  | { readonly type: 'parsed'; readonly value: T }
  | { readonly type: 'invalid'; readonly why: string };

/** What one `diagnose` says of its host. */
export interface HostAnswer {
  readonly evidence: NodeEvidence;
  /** The same before its first packet, where one command read the host and sent; undefined: it did not do both. */
  readonly before: NodeEvidence | undefined;
}

/** Reads the evidence from the last line of what `diagnose` printed. `digests`: what it was told to compare its tables with. */
export function parseNodeEvidence(stdout: string, digests?: TableDigests): Parsed<HostAnswer> {
  const json = lastJsonLine(stdout);
  if (json === undefined) return { type: 'invalid', why: 'no JSON in the last line' };
  const envelope = CompressedEvidence.safeParse(json);
  if (!envelope.success) return checkEvidence(json, digests);
  try {
    const packed = Buffer.from(envelope.data.data, 'base64');
    const unpacked = gunzipSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES }).toString('utf8');
    return checkEvidence(JSON.parse(unpacked), digests);
  } catch (error) {
    return { type: 'invalid', why: `compressed evidence cannot be unpacked: ${shorten(String(error))}` };
  }
}

/** Reads the report from the last line of what an acting document printed. */
export function parseActionReport(stdout: string): Parsed<ActionReport> {
  const json = lastJsonLine(stdout);
  return json === undefined ? { type: 'invalid', why: 'no JSON in the last line' } : check(ActionReport, json);
}

function lastJsonLine(stdout: string): unknown {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line);
  } catch {
    // Not JSON: the caller says so, with what it expected.
    return undefined;
  }
}

function checkEvidence(value: unknown, digests: TableDigests | undefined): Parsed<HostAnswer> {
  const printed = check(PrintedEvidence, value);
  if (printed.type === 'invalid') return printed;
  const { agrees, before } = printed.value;
  const shown = toNodeEvidence(printed.value);
  const evidence = agrees === undefined ? shown : digests && withAgreed(shown, agrees, digests);
  if (evidence === undefined)
    return { type: 'invalid', why: 'it has compared its tables with checksums that it was not told' };
  return { type: 'parsed', value: { evidence, before: before && beforeProbes(evidence, before) } };
}

function check<T>(schema: z.ZodType<T>, value: unknown): Parsed<T> {
  const result = schema.safeParse(value);
  if (result.success) return { type: 'parsed', value: result.data };
  return { type: 'invalid', why: describeIssue(result.error.issues[0]) };
}

import { createHash } from 'node:crypto';
import type { DocumentName, OnboardingDocument } from '../../core/runbook/node-command.ts';

/** The hexadecimal digits of a hash in a document’s name: more than enough for the few dozen documents of an account. */
export const HASH_DIGITS = 12;

/** Of a document's whole content: scripts, parameters with their patterns, time-outs. */
export function documentHash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, HASH_DIGITS);
}

/**
 * The name of a document in Systems Manager. Another content has another name, so that a function runs exactly the scripts that
 * it was deployed with, whatever is deployed beside them.
 */
export function documentName(prefix: string, name: DocumentName | OnboardingDocument, hash: string): string {
  return `${prefix}-${name}-${hash}`;
}

/** What IAM matches with the names of one document in all its contents: executions of an earlier version still run theirs. */
export function documentPattern(prefix: string, name: DocumentName): string {
  return documentName(prefix, name, '?'.repeat(HASH_DIGITS));
}

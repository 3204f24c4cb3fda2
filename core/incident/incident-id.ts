import type { Target } from '../alert/target.ts';

/** Operation keys must fit into Run Command's 100-character Comment, with stage, attempt and host after the id. */
const LONGEST_NAME = 40;

/**
 * `<cluster>.<node>.<sequence>-<moment>`, in the alphabet that every system on the way accepts, at most 54 characters. A long
 * name keeps its head and its tail, and 8 hex digits of a checksum (FNV-1a) in between keep different targets apart.
 * `openedAt` (epoch milliseconds, here in base 36) keeps ids apart when the table was lost or restored and the sequence
 * begins again: the journals of hosts and the execution engine remember ids for longer than the table may.
 */
export function incidentIdFor(target: Target, sequence: number, openedAt: number): string {
  const exact = `${target.cluster}/${target.node}`;
  const name = `${target.cluster}.${target.node}`.replaceAll(/[^A-Za-z0-9.-]/g, '-');
  const plain = name.length <= LONGEST_NAME && name === exact.replace('/', '.') && !target.cluster.includes('.');
  const short = plain ? name : `${name.slice(0, 16)}-${checksum(exact)}-${name.slice(-14)}`;
  return `${short}.${sequence}-${openedAt.toString(36)}`;
}

function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

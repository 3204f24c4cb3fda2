import type { Target } from '../alert/target.ts';

/** Operation keys must fit into Run Command's 100-character Comment, with stage and attempt after the id. */
const LONGEST_NAME = 50;

/**
 * `<cluster>.<node>.<sequence>`, in the alphabet that every system on the way accepts. A long name keeps its head and its
 * tail, and 8 hex digits of a checksum (FNV-1a) in between keep different targets apart.
 */
export function incidentIdFor(target: Target, sequence: number): string {
  const exact = `${target.cluster}/${target.node}`;
  const name = `${target.cluster}.${target.node}`.replaceAll(/[^A-Za-z0-9.-]/g, '-');
  const plain = name.length <= LONGEST_NAME && name === exact.replace('/', '.') && !target.cluster.includes('.');
  const short = plain ? name : `${name.slice(0, 24)}-${checksum(exact)}-${name.slice(-16)}`;
  return `${short}.${sequence}`;
}

function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import {
  createNamespacePair,
  type NamespaceNode,
  type NamespacePair,
  peerEntries,
  type RunOptions,
} from './namespace-pair.ts';

export const PRIVATE_KEY = 'cHJpdmF0ZS1wcml2YXRlLXByaXZhdGUtcHJpdmF0ZTA=';
export const PRESHARED_KEY = 'cHJlc2hhcmVkLXByZXNoYXJlZC1wcmVzaGFyZWQtMDA=';
export const PUBLIC_KEY = 'b3duLXB1YmxpYy1rZXktb3duLXB1YmxpYy1rZXktMDA=';
export const PEER_KEY = 'cGVlci1wdWJsaWMta2V5LXBlZXItcHVibGljLWtleTA=';
export const wgDump = [
  [PRIVATE_KEY, PUBLIC_KEY, '51820', 'off'],
  [PEER_KEY, PRESHARED_KEY, '198.51.100.7:4500', '10.200.0.11/32,10.0.0.0/16', '1700000000', '4294967296', '12', '25'],
  ['c2Vjb25k', '(none)', '(none)', '(none)', '0', '0', '0', 'off'],
]
  .map((fields) => fields.join('\t'))
  .join('\n');
export const wgThatDumps = `cat <<'DUMP'\n${wgDump}\nDUMP`;

/** A pair whose near node holds the entries for its peer. */
export async function createHealthyPair(): Promise<NamespacePair> {
  const pair = await createNamespacePair();
  await pair.node.execAll(peerEntries);
  return pair;
}

export const diagnoseParameters = { flannelDevice: 'flannel.1', wireguardDevice: 'wg0', probes: '', focus: '' };

export interface Diagnosed {
  readonly evidence: NodeEvidence;
  /** The same before the first packet, where the document both read and sent. */
  readonly before: NodeEvidence | undefined;
  /** Everything that was printed. */
  readonly output: string;
  readonly code: number | null;
}

/** Runs the diagnose document on a node. Throws when it prints no evidence. */
export async function diagnoseOn(
  node: NamespaceNode,
  parameters: Readonly<Record<string, string>>,
  options: RunOptions = {},
): Promise<Diagnosed> {
  const { stdout, stderr, code } = await node.run('diagnose', { ...diagnoseParameters, ...parameters }, options);
  const parsed = parseNodeEvidence(stdout);
  if (parsed.type === 'invalid') throw new Error(`${parsed.why}: ${stdout} ${stderr}`);
  return { ...parsed.value, output: stdout + stderr, code };
}

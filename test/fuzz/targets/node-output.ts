import { gzipSync } from 'node:zlib';
import { NODE_EVIDENCE_SCHEMA } from '../../../core/evidence/node-evidence.ts';
import { parseActionReport, parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import { hostSamples } from '../evidence-samples.ts';
import type { FuzzTarget } from '../target.ts';

const report = {
  schema: 'restitch/action/1',
  action: 'apply',
  operationKey: 'lab-1.gpu-1.1.reconcile.1',
  status: 'applied',
  replayed: false,
  checkOnly: false,
  changed: ['neigh replace flannel.1 10.42.11.0 0a:58:0a:2a:0b:00'],
  unchangedCount: 13,
  failed: [{ line: 'fdb replace flannel.1 0a:58:0a:2a:0b:00 10.200.0.11', error: 'RTNETLINK answers: No such device' }],
  reason: null,
  refusal: 'busy',
  rollbackAt: 1_763_683_500,
};

const printed = hostSamples().map((evidence) => ({
  ...evidence,
  flannelDevice: 'flannel.1',
  overlay: [['10.42.11.0', '0a580a2a0b00', 'PERMANENT', '10.200.0.11', 24]],
}));
const packed = printed.map((evidence) => packedAs(gzipSync(JSON.stringify(evidence))));

/** What a document printed on a node, as Run Command and the journal give it: evidence, plain and packed, and reports. */
export const nodeOutput: FuzzTarget = {
  name: 'node-output',
  samples: [...printed, ...packed, packedAs(gzipSync('{}')), report, { ...report, action: 'read-journal' }].map(
    (value) => JSON.stringify(value),
  ),
  format: 'json',
  share: 10,
  receive: async (stdout) => {
    const parsed = [parseNodeEvidence(stdout), parseActionReport(`what a program said\n${stdout}\n`)];
    return { refused: parsed.flatMap((each) => (each.type === 'invalid' ? [each.why] : [])) };
  },
};

function packedAs(bytes: Buffer) {
  return { schema: NODE_EVIDENCE_SCHEMA, encoding: 'gzip+base64', data: bytes.toString('base64') };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Evidence } from '../../core/evidence/evidence.ts';
import { createNamespaceFleet } from '../../lab/namespaces/create-namespace-fleet.ts';
import type { LabVariant } from '../../lab/variants/lab-variant.ts';
import { loadLocalConfig } from '../../local/config.ts';
import { fleetSource } from '../../local/evidence-source.ts';
import { diagnoseNode, recommendedLines } from './diagnose-fault.ts';

/** A healthy fleet and one of its nodes, which an alert named that cleared itself. */
export interface VariantRow {
  readonly variant: string;
  readonly node: string;
  /** `class/cause @ host`. */
  readonly diagnosed: string;
  readonly healthy: boolean;
  readonly confidence: number;
  /** What the first rung of the class's ladder would run, with the hosts. */
  readonly operations: readonly string[];
  readonly seconds: number;
}

export interface DiagnosedVariant {
  readonly row: VariantRow;
  readonly evidence: Evidence;
}

/** A spoke and a cloud node: they see different hosts. */
const alertingNodes = ['gpu-1', 'cloud-1'] as const;

/** Brings the variant up, diagnoses one node after the other with its team's settings, and takes it down. Rejects when it does not come up. */
export async function diagnoseVariant({ name, settings = {} }: LabVariant): Promise<readonly DiagnosedVariant[]> {
  const stateDir = await mkdtemp(join(tmpdir(), 'restitch-variant-'));
  const config = loadLocalConfig({ LAB_INVENTORY: 'off', ...settings });
  try {
    const fleet = await createNamespaceFleet({ stateDir, orphanGraceSeconds: 1, variant: name });
    const source = await fleetSource(fleet, stateDir, config);
    try {
      const found: DiagnosedVariant[] = [];
      for (const node of alertingNodes) {
        const { evidence, examination, seconds } = await diagnoseNode(node, name, source.ports, config);
        const { class: faultClass, cause, hostAtFault, confidence } = examination.diagnosis;
        const operations = recommendedLines(examination);
        const diagnosed = `${faultClass}/${cause} @ ${hostAtFault ?? '-'}`;
        const healthy = faultClass === 'healthy';
        found.push({ evidence, row: { variant: name, node, diagnosed, healthy, confidence, operations, seconds } });
      }
      return found;
    } finally {
      await source.close();
      await fleet.down();
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

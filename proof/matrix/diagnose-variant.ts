import type { Evidence } from '../../core/evidence/evidence.ts';
import type { LabVariant } from '../../lab/variants/lab-variant.ts';
import { withVariantFleet } from '../with-variant-fleet.ts';
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
export function diagnoseVariant(variant: LabVariant): Promise<readonly DiagnosedVariant[]> {
  return withVariantFleet(variant, async ({ source, config }) => {
    const { name } = variant;
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
  });
}

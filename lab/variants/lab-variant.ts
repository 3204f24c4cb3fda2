import type { LabFleet } from '../namespaces/lab-fleet.ts';

/** A fleet that is healthy and differs from the plain one in something that fleets of the field differ in. */
export interface LabVariant {
  readonly name: string;
  /** What is different and who runs it so, one sentence. */
  readonly story: string;
  readonly fleet: LabFleet;
  /** What its team sets about Restitch (LABEL_HUB, WIREGUARD_DEVICE, …). */
  readonly settings?: Readonly<Record<string, string>>;
}

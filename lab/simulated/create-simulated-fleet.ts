import type { Fleet } from '../fleet.ts';
export async function createSimulatedFleet(_: { readonly stateDir: string }): Promise<Fleet> {
  throw new Error('pending');
}

import * as z from 'zod';

/** Trouble that the stand-in makes on request, as the real service and its agents make it. `times` counts down. */
export const SsmFault = z.object({
  kind: z.enum([
    'throttle',
    'reply-lost',
    'delayed-visibility',
    'not-delivered',
    'agent-offline',
    'agent-too-old',
    'document-fails',
    'result-lost',
  ]),
  /** Only this document (its short name, `apply`), and only this instance; null: all. */
  document: z.string().nullable().default(null),
  instanceId: z.string().nullable().default(null),
  times: z.int().positive().default(1_000_000),
});

export type SsmFault = z.infer<typeof SsmFault>;

export interface Faults {
  add(fault: SsmFault): void;
  clear(): void;
  /** True when such a fault is set for this call; it is used up by one. */
  strikes(kind: SsmFault['kind'], where: { readonly documentName?: string; readonly instanceId?: string }): boolean;
}

export function createFaults(): Faults {
  let faults: { readonly fault: SsmFault; left: number }[] = [];
  return {
    add: (fault) => {
      faults.push({ fault, left: fault.times });
    },
    clear: () => {
      faults = [];
    },
    strikes: (kind, { documentName, instanceId }) => {
      const hit = faults.find(
        ({ fault, left }) =>
          left > 0 &&
          fault.kind === kind &&
          (fault.document === null || documentName?.endsWith(`-${fault.document}`) === true) &&
          (fault.instanceId === null || fault.instanceId === instanceId),
      );
      if (hit === undefined) return false;
      hit.left -= 1;
      return true;
    },
  };
}

import * as z from 'zod';

/** Faults that the stand-in produces on request, as they occur in the real service and its agents. */
export const SsmFault = z.object({
  kind: z.enum([
    /** ThrottlingException; nothing is accepted. */
    'throttle',
    /** SendCommand accepts the command, then the connection breaks. */
    'reply-lost',
    /** The command is unknown for `times` polls of GetCommandInvocation, or everywhere for `milliseconds`. */
    'delayed-visibility',
    /** TimedOut/DeliveryTimedOut at once; nothing ran. */
    'not-delivered',
    /** PingStatus is ConnectionLost; commands stay Pending until it is cleared or the delivery time-out passes. */
    'agent-offline',
    /** The agent reports an old version and ignores `interpolationType`. */
    'agent-too-old',
    /** The document is not run and ends with `exitCode`. */
    'document-fails',
    /** The script runs, but its result never arrives: InProgress for `milliseconds`, then TimedOut. */
    'result-lost',
    /** The agent takes `milliseconds` to pick the command up. */
    'slow-start',
  ]),
  /** Only this document (its short name, `apply`), and only this instance; null: all. */
  document: z.string().nullable().default(null),
  instanceId: z.string().nullable().default(null),
  /** How often it applies. `agent-offline` and `agent-too-old` are states: they hold until they are cleared. */
  times: z.int().positive().default(1_000_000),
  milliseconds: z.int().nonnegative().optional(),
  exitCode: z.int().min(1).max(255).optional(),
  /** For `throttle`: only this operation, such as `GetCommandInvocation`. */
  operation: z.string().optional(),
});

export type SsmFault = z.infer<typeof SsmFault>;
export type FaultKind = SsmFault['kind'];

/** The call that a fault may apply to. */
export interface Where {
  readonly documentName?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly operation?: string | undefined;
}

export interface Faults {
  add(fault: SsmFault): void;
  /** Removes every fault, or those of one kind. */
  clear(kind?: FaultKind): void;
  list(): readonly SsmFault[];
  /** The fault that is set for this call; its count does not change. */
  peek(kind: FaultKind, where: Where): SsmFault | undefined;
  /** The same; its count goes down by one. */
  take(kind: FaultKind, where: Where): SsmFault | undefined;
}

export function createFaults(initial: readonly SsmFault[] = []): Faults {
  let faults: readonly { readonly fault: SsmFault; left: number }[] = [];
  const add = (fault: SsmFault) => {
    faults = [...faults, { fault, left: fault.times }];
  };
  const find = (kind: FaultKind, where: Where) =>
    faults.find(({ fault, left }) => left > 0 && fault.kind === kind && strikes(fault, where));
  initial.forEach(add);
  return {
    add,
    clear: (kind) => {
      faults = kind === undefined ? [] : faults.filter(({ fault }) => fault.kind !== kind);
    },
    list: () => faults.filter(({ left }) => left > 0).map(({ fault, left }) => ({ ...fault, times: left })),
    peek: (kind, where) => find(kind, where)?.fault,
    take: (kind, where) => {
      const hit = find(kind, where);
      if (hit !== undefined) hit.left -= 1;
      return hit?.fault;
    },
  };
}

function strikes(fault: SsmFault, { documentName, instanceId, operation }: Where): boolean {
  return (
    (fault.document === null || isNamed(documentName, fault.document)) &&
    (fault.instanceId === null || fault.instanceId === instanceId) &&
    (fault.operation === undefined || fault.operation === operation)
  );
}

/** A deployed name ends in the short one and the hash of the content; the documents of tests have no hash. */
function isNamed(documentName: string | undefined, short: string): boolean {
  return documentName?.replace(/-[0-9a-f]{12}$/, '').endsWith(`-${short}`) === true;
}

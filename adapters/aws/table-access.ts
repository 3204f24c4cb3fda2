/**
 * The items that a function may get and put, by patterns of their partition key, the partitions that it may read as a whole (none
 * unless they are named), and the listings that it may query.
 */
export interface TableAccess {
  readonly get: readonly string[];
  readonly put: readonly string[];
  readonly query?: readonly string[];
  readonly list: readonly string[];
}

/**
 * What each function does with the table (table-definition.ts has the keys). The roles of the stack are made from it, and
 * test/unit/chain/table-access.test.ts compares it with what they do.
 */
export const tableAccess = {
  dispatch: {
    get: ['TARGET#*', 'INCIDENT#*', 'NODES#*'],
    put: ['TARGET#*', 'INCIDENT#*'],
    list: [],
  },
  runbook: {
    get: [
      ...['TARGET#*', 'INCIDENT#*', 'APPROVAL#*', 'LOCK#*', 'HOLD#*'],
      ...['BUDGET', 'PAUSES#all', 'STANDING#all', 'MEMORY#*', 'TRACK#*', 'BREAKERS#*', 'LOOKS#*'],
    ],
    put: [
      ...['TARGET#*', 'INCIDENT#*', 'APPROVAL#*', 'LOCK#*', 'HOLD#*'],
      ...['BUDGET', 'STANDING#all', 'MEMORY#*', 'TRACK#*', 'BREAKERS#*', 'LOOKS#*'],
    ],
    list: ['incidents#open', 'approvals#pending'],
  },
  /** It is public. It decides approvals, and sets pauses and standing approvals; it changes no incident. */
  approval: {
    get: ['APPROVAL#*', 'PAUSES#all', 'STANDING#all', 'INCIDENT#*', 'ANSWER#*'],
    put: ['APPROVAL#*', 'PAUSES#all', 'STANDING#all', 'REPLY#*', 'ANSWER#*'],
    list: ['incidents#open', 'breakers'],
  },
  sweep: {
    get: [
      ...['TARGET#*', 'INCIDENT#*', 'APPROVAL#*', 'LOCK#(sweep)/pass', 'HOLD#*'],
      ...['BUDGET', 'PAUSES#all', 'BREAKERS#*', 'NODES#*', 'FILES#*'],
    ],
    put: ['TARGET#*', 'INCIDENT#*', 'APPROVAL#*', 'LOCK#(sweep)/pass', 'HOLD#*', 'BUDGET', 'NODES#*', 'FILES#*'],
    list: ['incidents#open', 'incidents#unreported', 'approvals#pending'],
  },
  notify: {
    get: ['INCIDENT#*', 'APPROVAL#*', 'REPLY#*'],
    put: ['INCIDENT#*', 'APPROVAL#*', 'REPLY#*'],
    list: [],
  },
  /** It only reads: what is shown on the console page. */
  console: {
    get: ['INCIDENT#*', 'APPROVAL#*', 'PAUSES#all', 'BUDGET'],
    put: [],
    query: ['INCIDENT#*'],
    list: ['incidents#open', 'incidents#unreported', 'incidents#closed'],
  },
  /** It calls an address outside. It reads questions, and cannot answer them. */
  forward: {
    get: ['APPROVAL#*', 'FORWARDED#*'],
    put: ['FORWARDED#*'],
    list: [],
  },
} as const satisfies Readonly<Record<string, TableAccess>>;

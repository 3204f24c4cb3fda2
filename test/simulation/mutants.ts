import type { Approval, ApprovalStore } from '../../core/safety/approval.ts';
import type { Mutant } from './mutant.ts';
import type { Schedule } from './schedule.ts';
import { actingDocuments } from './simulated-hosts.ts';

/** A mutant, the invariant that catches it, and the seed or the schedule that shows it. docs/proof.md lists them. */
export interface KnownMutant extends Mutant {
  readonly invariant: string;
  readonly on: number | Schedule;
}

/** A pause of everything, and half a minute later a node breaks. */
const pausedThenBroken: Schedule = {
  sites: ['dc-a', 'dc-b'],
  happenings: [
    { type: 'pause', scope: 'all', when: { unit: 'calls', count: 0 } },
    { type: 'breaks', node: 0, heals: 'apply', webhook: 'once', when: { unit: 'seconds', count: 30 } },
  ],
  replies: [],
  picks: [],
  readingMs: 1_500,
  actingSeconds: 5,
  asksByPolicy: false,
  breakerMinNodes: 5,
  endsPaused: false,
};

const everyBudget = ['', '_SITE', '_HUB', '_CLUSTER'].map((scope) => [`BUDGET${scope}_MAX_PERCENT`, '100']);

function readAsApproved({ get, settle }: ApprovalStore): Pick<ApprovalStore, 'get' | 'settle'> {
  const approved = (approval: Approval): Approval =>
    approval.status === 'pending' || approval.status === 'withdrawn' ? approval : { ...approval, status: 'approved' };
  return {
    get: async (approvalId) => {
      const approval = await get(approvalId);
      return approval && approved(approval);
    },
    settle: async (...args) => {
      const decision = await settle(...args);
      return decision.type === 'decided' ? { ...decision, approval: approved(decision.approval) } : decision;
    },
  };
}

export const mutants: readonly KnownMutant[] = [
  {
    name: 'journal-forgets',
    what: 'a host executes a command that it has executed already',
    invariant: 'once-each',
    on: 16,
    hostsForget: true,
  },
  {
    name: 'lock-always-granted',
    what: 'the lock of a host and the memory of its acts keep nobody out',
    invariant: 'one-hand',
    on: 26,
    hostsForget: true,
    changeStores: ({ safety }) => ({
      locks: {
        readAhead: async () => undefined,
        acquire: async () => ({ type: 'acquired', token: 1 }),
        release: async () => undefined,
      },
      safety: {
        ...safety,
        memories: { ...safety.memories, get: async () => undefined, change: async () => undefined },
      },
    }),
  },
  {
    name: 'budget-of-everything',
    what: 'every node may be out of service at once',
    invariant: 'within-budget',
    on: 58,
    environment: Object.fromEntries(everyBudget),
  },
  {
    name: 'no-is-yes',
    what: 'a question that was denied or has expired is read as approved',
    invariant: 'with-right',
    on: 35,
    changeStores: ({ approvals }) => ({ approvals: { ...approvals, ...readAsApproved(approvals) } }),
  },
  {
    name: 'claim-stays',
    what: 'the release of a claim does nothing and says that it did',
    invariant: 'nothing-left',
    on: 4,
    change: ({ cluster }) => {
      cluster.releaseClaim = async () => ({ type: 'released' });
    },
  },
  {
    name: 'queue-drops',
    what: 'the queue accepts every alert and keeps none',
    invariant: 'every-alert-ends',
    on: 2,
    change: ({ queue }) => {
      queue.send = async () => [];
    },
  },
  {
    name: 'sweep-is-blind',
    what: 'the listing of open incidents is empty',
    invariant: 'every-incident-ends',
    on: 1,
    changeStores: ({ store }) => ({ store: { ...store, listOpen: async () => [] } }),
  },
  {
    name: 'pause-is-not-read',
    what: 'every read of the pauses finds none',
    invariant: 'still-while-paused',
    on: pausedThenBroken,
    changeStores: ({ safety }) => ({
      safety: { ...safety, pauses: { ...safety.pauses, get: async () => undefined } },
    }),
  },
  {
    name: 'wrong-host',
    what: 'what is to change a host changes another one',
    invariant: 'no-innocent-host',
    on: 1,
    change: ({ commands }) => {
      const { send } = commands;
      commands.send = (command) =>
        send(actingDocuments.includes(command.document) ? { ...command, instanceId: 'mi-cloud-1' } : command);
    },
  },
  {
    name: 'goes-on-live',
    what: 'an execution goes on on the version that is live',
    invariant: 'ends-where-it-began',
    on: 1,
    executionsGoOnLive: true,
  },
  {
    name: 'queue-throws',
    what: 'the queue fails in a way that nobody expects',
    invariant: 'nothing-unexpected',
    on: 1,
    change: ({ queue }) => {
      queue.send = async () => {
        throw new TypeError('not a function');
      };
    },
  },
];

import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import { receiptFrom } from '../../core/incident/timeline.ts';
import { scopesOfAll } from '../../core/safety/capacity-scope.ts';
import type { CapacitySlot } from '../../core/safety/disruption-budget.ts';
import { type Claim, readClaim } from '../../core/safety/node-claim.ts';
import { incidentOf } from './with-right.ts';
import type { World } from './world.ts';

/** More of ours out of service than a budget allows. */
export interface Excess {
  readonly at: number;
  readonly scope: string;
  readonly out: readonly string[];
  readonly allowed: number;
}

/** What was seen on the way and is there in the end. */
export interface Observed {
  readonly excesses: readonly Excess[];
  readonly incidents: readonly Incident[];
  readonly receipts: ReadonlyMap<string, readonly ReceiptEntry[]>;
  readonly claims: readonly { readonly node: string; readonly claim: Claim }[];
  readonly slots: readonly CapacitySlot[];
  readonly questions: readonly string[];
  readonly deadLetters: readonly string[];
}

/** As a new deployment has them, whatever the settings of the play say. */
const budget = { maxPercent: 20, minNodes: 1 };
const budgets = { pool: budget, site: budget, hub: budget, cluster: budget };

/** Looks at the cluster after every call, and at everything in the end. */
export function createObserver({ chain, clock, hosts }: World) {
  const excesses: Excess[] = [];
  let known: readonly string[] = [];
  let seen: readonly NodeObject[] = [];
  return {
    look: () => {
      const nodes = chain.ports.cluster.now();
      // A node that changes is another object.
      if (nodes.every((node, index) => node === seen[index])) return;
      seen = nodes;
      const out = nodes.flatMap((node) => {
        const reading = readClaim(node);
        const isTaken = reading.type === 'ours' && reading.claim.level !== 'gated' && node.spec.unschedulable === true;
        return isTaken ? [node.metadata.name] : [];
      });
      const taken = out.filter((name) => !known.includes(name));
      known = out;
      const { labels } = chain.settings;
      for (const { kind, name, members, allowed } of scopesOfAll(taken, nodes, labels, budgets)) {
        const ours = members.filter((member) => out.includes(member));
        if (ours.length > allowed) excesses.push({ at: clock.now(), scope: `${kind} ${name}`, out: ours, allowed });
      }
    },
    end: async (): Promise<Observed> => {
      const incidents = await chain.incidents();
      const receipts = new Map<string, readonly ReceiptEntry[]>();
      // Plans are compared where a yes was needed; unpacking every detail of every incident takes longer than all else here.
      const compared = new Set(hosts.acts.filter(({ document }) => document !== 'apply').map(incidentOf));
      for (const { incidentId, timeline } of incidents) {
        const isWhole = timeline !== undefined && timeline.leftOut === 0 && !compared.has(incidentId);
        const receipt = isWhole
          ? receiptFrom(incidentId, timeline, [])
          : await chain.ports.store.readReceipt(incidentId);
        receipts.set(incidentId, receipt);
      }
      const claims = chain.ports.cluster.now().flatMap((node) => {
        const reading = readClaim(node);
        return reading.type === 'ours' ? [{ node: node.metadata.name, claim: reading.claim }] : [];
      });
      const slots = await chain.ports.capacity.read();
      const questions = (await chain.ports.approvals.listPending()).map(({ approvalId }) => approvalId);
      const deadLetters = chain.dead.map(({ fingerprint }) => fingerprint);
      return { excesses, incidents, receipts, claims, slots, questions, deadLetters };
    },
  };
}

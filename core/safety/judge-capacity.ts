import { type FleetLabels, readyStatus } from '../evidence/fleet-map.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import { type CapacityScope, scopesOfAll } from './capacity-scope.ts';
import type { CapacitySlot, DisruptionBudgets } from './disruption-budget.ts';
import { hasClaimTaint } from './node-claim.ts';

/** What an incident wants to take out of service. `now` and `expiresAt` are epoch milliseconds. */
export interface CapacityRequest {
  readonly incidentId: string;
  readonly operationKey: string;
  readonly nodes: readonly string[];
  readonly now: number;
  readonly expiresAt: number;
  /** For health gating. */
  readonly gate?: true;
}

/** The fleet as the Kubernetes API shows it, and what the team allows. */
export interface CapacityView {
  readonly nodes: readonly NodeObject[];
  readonly labels: FleetLabels;
  readonly budgets: DisruptionBudgets;
}

/** How far one scope is used: `out` counts distinct nodes other than the wanted ones. */
export interface ScopeUse {
  readonly scope: string;
  readonly members: number;
  readonly out: number;
  readonly wanted: number;
  readonly allowed: number;
}

/** `never`: it would not fit into an empty budget either. `last`: it is all that a pool has. */
export type CapacityVerdict = { readonly uses: readonly ScopeUse[] } & (
  | { readonly type: 'fits' }
  | { readonly type: 'last'; readonly reason: string }
  | { readonly type: 'full' | 'never'; readonly reason: string }
);

/**
 * Decides whether the wanted nodes may be taken. A node is out of service when it is cordoned, by whomever, when it is not
 * Ready, when the taint of a claim is on it, or when an incident has reserved it. Each node counts once.
 */
export function judgeCapacity(
  { nodes, labels, budgets }: CapacityView,
  slots: readonly CapacitySlot[],
  { nodes: wanted, now }: Pick<CapacityRequest, 'nodes' | 'now'>,
): CapacityVerdict {
  const out = outOfService(nodes, slots, now);
  const scopes = scopesOfAll(wanted, nodes, labels, budgets);
  const uses = scopes.map((scope) => useOf(scope, out, wanted));
  const never = uses.find((use) => use.wanted > use.allowed);
  if (never !== undefined)
    return { type: 'never', uses, reason: `the budget of ${never.scope} allows ${never.allowed}` };
  const full = uses.find((use) => use.out + use.wanted > use.allowed);
  if (full !== undefined) return { type: 'full', uses, reason: describeFull(full) };
  const whole = scopes.find(({ kind, members }) => kind === 'pool' && members.every((name) => wanted.includes(name)));
  if (whole !== undefined) return { type: 'last', uses, reason: `it is all of ${titleOf(whole)}` };
  return { type: 'fits', uses };
}

/** How far every budget of a fleet is used now, with nothing wanted. */
export function capacityInUse(
  { nodes, labels, budgets }: CapacityView,
  slots: readonly CapacitySlot[],
  now: number,
): readonly ScopeUse[] {
  const out = outOfService(nodes, slots, now);
  const names = nodes.map(({ metadata }) => metadata.name);
  return scopesOfAll(names, nodes, labels, budgets).map((scope) => useOf(scope, out, []));
}

function outOfService(nodes: readonly NodeObject[], slots: readonly CapacitySlot[], now: number): ReadonlySet<string> {
  const seen = nodes.filter(
    (node) => node.spec.unschedulable === true || readyStatus(node) !== 'True' || hasClaimTaint(node),
  );
  const reserved = slots.filter(({ expiresAt }) => expiresAt > now);
  return new Set([...seen.map(({ metadata }) => metadata.name), ...reserved.map(({ node }) => node)]);
}

function useOf(scope: CapacityScope, out: ReadonlySet<string>, wanted: readonly string[]): ScopeUse {
  return {
    scope: titleOf(scope),
    members: scope.members.length,
    out: scope.members.filter((name) => out.has(name) && !wanted.includes(name)).length,
    wanted: scope.members.filter((name) => wanted.includes(name)).length,
    allowed: scope.allowed,
  };
}

function titleOf({ kind, name }: Pick<CapacityScope, 'kind' | 'name'>): string {
  return kind === 'cluster' ? 'the cluster' : `${kind} ${name}`;
}

function describeFull({ scope, members, out, allowed }: ScopeUse): string {
  return `${out} of ${members} nodes of ${scope} are out of service already; at most ${allowed} may be`;
}

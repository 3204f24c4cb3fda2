import { type Invariant, time } from './invariant.ts';
import type { Played } from './play.ts';
import { withRight } from './with-right.ts';
import { HUB } from './world.ts';

/** At most one execution of a mutating operation per operation key. */
const onceEach: Invariant = {
  name: 'once-each',
  broken: ({ world: { hosts } }) =>
    [
      ...Map.groupBy(
        hosts.acts.filter(({ ran }) => ran),
        ({ host, document, operationKey }) => `${document} ${operationKey} on ${host}`,
      ),
    ]
      .filter(([, acts]) => acts.length > 1)
      .map(([what, acts]) => `${what} was executed ${acts.length} times`),
};

/** Never two commands that change one host at the same time. */
const oneHand: Invariant = {
  name: 'one-hand',
  broken: (played) => {
    const acts = played.world.hosts.acts.filter(({ ran }) => ran);
    return acts.flatMap((act, index) =>
      acts
        .slice(index + 1)
        .filter((other) => other.host === act.host && other.at < act.until && other.operationKey !== act.operationKey)
        .map(
          (other) =>
            `${other.operationKey} began on ${act.host} at ${time(played, other.at)}, while ${act.operationKey} was at work`,
        ),
    );
  },
};

/**
 * A node that we take is, with those that we have, within the budget of each scope that it is in: its pool, its site, its hub and the
 * cluster; a hub: of the hubs, whatever is out of service behind it.
 */
const withinBudget: Invariant = {
  name: 'within-budget',
  broken: (played) =>
    played.observed.excesses.map(
      ({ at, scope, out, allowed }) =>
        `${time(played, at)}: ${out.join(', ')} of ${scope} are out of service, ${allowed} may be`,
    ),
};

/** Nothing of ours stays behind: no claim, no slot of a budget, no open question. */
const nothingLeft: Invariant = {
  name: 'nothing-left',
  broken: ({ observed: { claims, slots, questions } }) => [
    ...claims.map(({ node, claim }) => `${node} still carries the claim of ${claim.incidentId}`),
    ...slots.map(({ node, incidentId }) => `${incidentId} still holds a slot for ${node}`),
    ...questions.map((approvalId) => `${approvalId} is still asked`),
  ],
};

/** Every accepted alert ends in a receipt that has a closing. What a lost table held is lost. */
const everyAlertEnds: Invariant = {
  name: 'every-alert-ends',
  broken: ({ accepted, observed: { receipts, deadLetters }, tableLostAt = Number.NEGATIVE_INFINITY }) =>
    accepted
      .filter(({ at, fingerprint }) => at > tableLostAt && !deadLetters.includes(fingerprint))
      .flatMap(({ fingerprint, startsAt, node }) => {
        // Where `resolved` came first, and the incident is closed, the receipt has that.
        const keys = ['firing', 'resolved'].map((status) => `d.${fingerprint}.${startsAt}.${status}`);
        const receipt = [...receipts.values()].find((entries) => entries.some(({ entryId }) => keys.includes(entryId)));
        if (receipt === undefined) return [`alert ${fingerprint} of ${node} is in no receipt`];
        return receipt.some(({ event }) => event === 'closed')
          ? []
          : [`the receipt of alert ${fingerprint} of ${node} has no closing`];
      }),
};

/** Every incident ends within the time that is allowed after everything was mended, also while everything is paused. */
const everyIncidentEnds: Invariant = {
  name: 'every-incident-ends',
  broken: ({ restedAt, observed: { incidents } }) =>
    restedAt === undefined
      ? [
          'the world does not come to rest',
          ...incidents
            .filter(({ phase }) => phase !== 'closed')
            .map(({ incidentId, phase }) => `${incidentId} is still ${phase}`),
        ]
      : [],
};

/** Until a pause is stored everywhere a run may have read that there is none. */
const READABLE_AFTER_MS = 2_000;

/** Nothing acts in a pause. Confirm and rollback are recovery, and go on. */
const stillWhilePaused: Invariant = {
  name: 'still-while-paused',
  broken: (played) =>
    played.world.hosts.acts
      .filter(
        ({ madeAt, host, ran }) =>
          ran &&
          played.pauses.some(
            ({ scope, from, until }) => covers(scope, host) && from + READABLE_AFTER_MS < madeAt && madeAt < until,
          ),
      )
      .map(
        ({ document, host, madeAt, operationKey }) =>
          `${document} on ${host} was sent at ${time(played, madeAt)}, in a pause: ${operationKey}`,
      ),
};

function covers(scope: string, host: string): boolean {
  return scope !== 'pool=gpu' || host !== HUB;
}

/** No host is changed that was never sick: what another one says of it is no reason. A host that lies harms itself alone. */
const noInnocentHost: Invariant = {
  name: 'no-innocent-host',
  broken: (played) =>
    played.world.hosts.acts
      .filter(
        ({ host, at, ran }) =>
          ran &&
          (played.world.hosts.everSick.get(host) ?? Number.POSITIVE_INFINITY) > at &&
          !played.world.hosts.everLied.has(host),
      )
      .map(
        ({ document, host, at, operationKey }) =>
          `${document} on ${host} at ${time(played, at)}, which was never sick: ${operationKey}`,
      ),
};

/** An execution ends on the version that it began on, whatever is deployed meanwhile. */
const endsWhereItBegan: Invariant = {
  name: 'ends-where-it-began',
  broken: ({ world: { deployments } }) =>
    [...Map.groupBy(deployments.invocations, ({ execution }) => execution)].flatMap(([execution, invocations]) => {
      const versions = [...new Set(invocations.map(({ version }) => version))];
      return versions.length === 1 ? [] : [`${execution} was invoked on versions ${versions.join(' and ')}`];
    }),
};

/** No function fails in a way that nobody expected. */
const nothingUnexpected: Invariant = {
  name: 'nothing-unexpected',
  broken: ({ world: { unexpected } }) => unexpected,
};

export const invariants: readonly Invariant[] = [
  ...[onceEach, oneHand, withinBudget, withRight, nothingLeft, everyAlertEnds, everyIncidentEnds, stillWhilePaused],
  ...[noInnocentHost, endsWhereItBegan, nothingUnexpected],
];

export interface Violation {
  readonly invariant: string;
  readonly what: string;
}

export function violationsOf(played: Played): readonly Violation[] {
  return invariants.flatMap(({ name, broken }) => broken(played).map((what) => ({ invariant: name, what })));
}

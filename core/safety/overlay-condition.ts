import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { NodeObject } from '../evidence/node-object.ts';

/** The Node condition that others may act on. It is never read as evidence. */
export const OVERLAY_CONDITION = 'OverlayHealthy';

export interface OverlayCondition {
  readonly status: 'True' | 'False' | 'Unknown';
  /** In CamelCase, as the API server demands: the fault class. */
  readonly reason: string;
  readonly message: string;
}

/** What is reported about a node. `uid`: of its Node object. `eventName`: the same for a repetition. `at`: epoch milliseconds. */
export interface OverlayReport {
  readonly node: string;
  readonly uid: string | undefined;
  readonly condition: OverlayCondition;
  readonly eventName: string;
  readonly at: number;
}

/** A condition's message is read in lists: longer ones are cut. */
const MOST_CHARACTERS = 300;

type Said = Pick<Diagnosis, 'class' | 'cause' | 'hostAtFault' | 'because'>;

/** What a look says about the node. A class that no rule could tell is `Unknown`, whatever is lost. */
export function overlayCondition({ class: faultClass, cause, hostAtFault, because }: Said): OverlayCondition {
  const status = faultClass === 'healthy' ? 'True' : faultClass === 'unknown' ? 'Unknown' : 'False';
  const where = hostAtFault === null ? '' : ` on ${hostAtFault}`;
  const message = [`${cause}${where}`, ...because.slice(0, 2)].join('; ');
  return { status, reason: camelCase(faultClass), message: message.slice(0, MOST_CHARACTERS) };
}

/** True where the Node object has this condition already: it is written only when it changes. */
export function hasCondition({ status }: NodeObject, { status: wanted, reason }: OverlayCondition): boolean {
  const present = status.conditions?.find(({ type }) => type === OVERLAY_CONDITION);
  // A node that was never sick carries no condition, and needs none.
  if (present === undefined) return wanted === 'True';
  return present.status === wanted && present.reason === reason;
}

function camelCase(words: string): string {
  return words
    .split('-')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('');
}

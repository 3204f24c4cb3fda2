/** So long the details of receipts are kept, where nothing else is said. */
export const KEPT_DAYS = 30;

/**
 * The single table: partition `pk`, sort `sk`, and one sparse index that lists what is open. Both the stack and the
 * local runtime create it from here.
 *
 * | pk | sk | holds |
 * | --- | --- | --- |
 * | `TARGET#<cluster>/<node>` | `OPEN` | pointer to the newest incident of a target, with its sequence number |
 * | `INCIDENT#<id>` | `RECORD` | the incident, with its timeline |
 * | `INCIDENT#<id>` | `RECEIPT#<entry>` | what one entry of its receipt says beyond its line, compressed; expires |
 * | `APPROVAL#<id>` | `RECORD` | one approval |
 * | `LOCK#<cluster>/<host>` | `LOCK` | the lock of a host, with its fencing token; `(sweep)/pass`: of sweep's pass |
 * | `BUDGET` | `SLOTS` | the nodes that incidents have reserved, against the disruption budget |
 * | `HOLD#<cluster>/<node>` | `HOLD` | until when a node is left alone, because a person took it back |
 * | `PAUSES#all` | `RECORD` | every pause |
 * | `STANDING#all` | `RECORD` | every standing approval |
 * | `REPLY#<event>` | `RECORD` | the answer to one message to the app; expires |
 * | `INCIDENT#<id>`, `APPROVAL#<id>`, `REPLY#<event>` | `MESSAGE`, `ESCALATION` | what the chat shows of it |
 * | `FORWARDED#<id>` | `QUESTION` | what the approval webhook was told of an approval |
 * | `ANSWER#<message>` | `USED` | a message of the approval webhook that was answered; expires |
 * | `MEMORY#<cluster>/<host>` | `RECORD` | what was done to a host, across incidents |
 * | `TRACK#<cluster>/<pool>/<class>/<stage>` | `RECORD` | how a stage's decisions turned out, and what it has earned |
 * | `BREAKERS#<cluster>` | `RECORD` | the breakers of a cluster |
 * | `FILES#all` | `RECORD` | which expected network each node's watchdog has, and which is on its way |
 * | `NODES#<part>` | `ADDRESSES` | which Node an InternalIP means, for dispatch |
 *
 * Index `listing`: `list` = `incidents#open`, `incidents#unreported` (closed, and sweep has not written their figures),
 * `incidents#closed` or `approvals#pending`, with `at` = epoch milliseconds; `pauses`, `memories`, `tracks`, `breakers` or `files`, with `at` = 0.
 */
export const tableDefinition = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds after which DynamoDB deletes an item. Items without it stay. */
  expiry: 'ttl',
  listing: { indexName: 'listing', partitionKey: 'list', sortKey: 'at' },
} as const;

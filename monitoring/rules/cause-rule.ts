import type { FaultClass } from '../../core/fault-class.ts';

/** What an alert says of itself beside its labels. */
export interface RuleWords {
  /** CamelCase, the `alertname`. */
  readonly name: string;
  /** The first hypothesis of whoever receives it. */
  readonly class: FaultClass;
  readonly severity: 'critical' | 'warning' | 'info';
  /** How long it must hold, as Prometheus writes it. */
  readonly for: string;
  /** One sentence; `{{ $labels.node }}` and the like are filled in by Prometheus. */
  readonly summary: string;
  /** What a person does first. */
  readonly advice: string;
}

/**
 * Something that a node itself shows and that explains lost paths. `expr` is true where it yields a series with `node`.
 * Of several causes on a node the one of the lowest level is told: a device that is gone has no entries either.
 */
export interface CauseRule extends RuleWords {
  readonly level: 1 | 2 | 3 | 4 | 5;
  readonly expr: string;
  /** false: paths between nodes work all the same, so a lost one has another cause. */
  readonly cutsPaths?: false;
}

/** A finished alert: `expr` keeps the labels that intake resolves. */
export interface SymptomRule extends RuleWords {
  readonly rank: 'shared' | 'path' | 'remark';
  readonly expr: string;
}

/** A recording rule. */
export interface Recording {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Only on nodes of an overlay. */
export const onOverlay = (expr: string, overlay: string) =>
  `(${expr}) and on (cluster, node) restitch_watchdog_info{overlay=~"${overlay}"}`;

/** Only on hubs, or only elsewhere. */
export const onHubs = (expr: string) => `(${expr}) and on (cluster, node) restitch_watchdog_info{role="hub"}`;
export const offHubs = (expr: string) => `(${expr}) unless on (cluster, node) restitch_watchdog_info{role="hub"}`;

/** A series with the value of one label under another one as well. */
export const relabel = (expr: string, from: string, to: string) =>
  `label_replace(${expr}, "${to}", "$1", "${from}", "(.*)")`;
export const asTo = (expr: string) => relabel(expr, 'node', 'to');
export const asNode = (expr: string, from: string) => relabel(expr, from, 'node');

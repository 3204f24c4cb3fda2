import type { FaultClass } from '../../core/fault-class.ts';
import type { InjectedFault } from '../../lab/fleet.ts';

/** One fault, injected and diagnosed. */
export interface MatrixRow {
  readonly fault: string;
  readonly label: InjectedFault['label'];
  /** A second truth, which is as right. */
  readonly orLabel?: InjectedFault['label'];
  readonly diagnosed: {
    readonly class: FaultClass;
    readonly cause: string;
    readonly hostAtFault: string | null;
    readonly confidence: number;
  };
  /** Operations that the plan of the diagnosed class would run. */
  readonly operations: number;
  /** From the first command to the diagnosis. */
  readonly seconds: number;
}

export interface Score {
  readonly faults: number;
  readonly classRight: number;
  /** Class and cause. */
  readonly causeRight: number;
  readonly hostRight: number;
  /** Broken nodes that were called healthy. */
  readonly falselyHealthy: readonly string[];
  /** Healthy nodes that a repair was recommended for. */
  readonly needlesslyRepaired: readonly string[];
}

export const CLASS_ACCURACY_WANTED = 0.97;
export const CAUSE_ACCURACY_WANTED = 0.92;
export const HOST_ACCURACY_WANTED = 0.97;

export function score(rows: readonly MatrixRow[]): Score {
  const count = (right: (row: MatrixRow) => boolean) => rows.filter(right).length;
  const classRight = ({ diagnosed }: MatrixRow, label: Label) => diagnosed.class === label.class;
  return {
    faults: rows.length,
    classRight: count(isTrue(classRight)),
    causeRight: count(isTrue((row, label) => classRight(row, label) && row.diagnosed.cause === label.cause)),
    hostRight: count(isTrue((row, label) => classRight(row, label) && row.diagnosed.hostAtFault === label.hostAtFault)),
    falselyHealthy: rows
      .filter((row) => row.diagnosed.class === 'healthy' && row.label.class !== 'healthy')
      .map(({ fault }) => fault),
    needlesslyRepaired: rows
      .filter((row) => row.label.class === 'healthy' && row.operations > 0)
      .map(({ fault }) => fault),
  };
}

type Label = InjectedFault['label'];

/** Holds a judgement against each of the truths. */
function isTrue(judge: (row: MatrixRow, label: Label) => boolean): (row: MatrixRow) => boolean {
  return (row) => judge(row, row.label) || (row.orLabel !== undefined && judge(row, row.orLabel));
}

/** Class, cause and host. */
export const isRight = isTrue(
  ({ diagnosed }, { class: faultClass, cause, hostAtFault }) =>
    diagnosed.class === faultClass && diagnosed.cause === cause && diagnosed.hostAtFault === hostAtFault,
);

/** The targets that were missed; empty when the diagnosis is good enough. */
export function shortcomings(result: Score): readonly string[] {
  const share = (right: number) => right / Math.max(1, result.faults);
  return [
    ...(share(result.classRight) < CLASS_ACCURACY_WANTED ? [`class accuracy is below ${CLASS_ACCURACY_WANTED}`] : []),
    ...(share(result.causeRight) < CAUSE_ACCURACY_WANTED ? [`cause accuracy is below ${CAUSE_ACCURACY_WANTED}`] : []),
    ...(share(result.hostRight) < HOST_ACCURACY_WANTED ? [`host accuracy is below ${HOST_ACCURACY_WANTED}`] : []),
    ...result.falselyHealthy.map((fault) => `${fault} was called healthy`),
    ...result.needlesslyRepaired.map((fault) => `${fault} is healthy and would have been repaired`),
  ];
}

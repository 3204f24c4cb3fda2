/** Where nodes and evidence come from. */
export interface FleetChoice {
  readonly lab: boolean;
  readonly stateDir: string;
  readonly json: boolean;
}

export interface LearnOptions extends FleetChoice {
  /** Undefined: standard output. */
  readonly output?: string | undefined;
}

export interface CheckOptions extends FleetChoice {
  /** Undefined: the ConfigMap. */
  readonly file?: string | undefined;
  readonly evidence?: string | undefined;
}

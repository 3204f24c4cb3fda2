/** What an entrance did with one input. */
export interface Seen {
  /** Why it refused the input, or a part of it: what whoever sent it reads. None: it took all of it. */
  readonly refused?: readonly string[];
  /** What it answered, as it goes over the wire. */
  readonly answers?: readonly string[];
  /** Lines of the log, as they are written. */
  readonly logged?: readonly string[];
  /** Texts of mrkdwn, as Slack gets them. */
  readonly slack?: readonly string[];
  /** What the command line prints. Several lines are one text. */
  readonly printed?: readonly string[];
}

/** An entrance through which texts from outside come in. */
export interface FuzzTarget {
  readonly name: string;
  /** Real inputs, which are damaged. */
  readonly samples: readonly string[];
  /** `json`: values of a sample are changed as well as its text. */
  readonly format: 'json' | 'yaml';
  /** How many of all inputs it gets: those that take long get fewer. */
  readonly share: number;
  /** Gives an input to the entrance. What it throws is a failure. */
  readonly receive: (input: string) => Promise<Seen>;
}

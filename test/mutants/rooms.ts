/** A part of the core whose tests must notice when one of its lines is wrong. */
interface Room {
  /** The unit tests that are run against a mutant: quick ones, so that it takes well below a second. */
  readonly tests: readonly string[];
}

/** By folder: those that decide what is done to a fleet. */
export const rooms: Readonly<Record<string, Room>> = {
  'core/safety': { tests: ['test/unit/safety/**/*.test.ts'] },
  'core/overlay': { tests: ['test/unit/{overlay,repair,probe,cloud}/**/*.test.ts'] },
  'core/repair': { tests: ['test/unit/{repair,overlay,cloud,inventory}/**/*.test.ts'] },
};

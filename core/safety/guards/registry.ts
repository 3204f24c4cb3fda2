import { approval } from './approval.ts';
import { autonomy } from './autonomy.ts';
import { breaker } from './breaker.ts';
import { budget } from './budget.ts';
import { claim } from './claim.ts';
import { diagnosis } from './diagnosis.ts';
import type { Guard } from './guard.ts';
import { localise } from './localise.ts';
import { maintenance } from './maintenance.ts';
import { memory } from './memory.ts';
import { paused } from './paused.ts';
import { person } from './person.ts';
import { plan } from './plan.ts';
import { target } from './target.ts';
import { threePlanes } from './three-planes.ts';

/** The guards in the order of `guardNames`. A new guard is a file of its own and a line here. */
export const guardsInOrder: readonly Guard[] = [
  paused,
  target,
  diagnosis,
  threePlanes,
  plan,
  localise,
  person,
  claim,
  memory,
  budget,
  breaker,
  maintenance,
  approval,
  autonomy,
];

import type { StageName } from '../../../core/ladder.ts';
import { bounce } from './bounce.ts';
import { cloudRoute } from './cloud-route.ts';
import { drain } from './drain.ts';
import { quarantine } from './quarantine.ts';
import { reconcile } from './reconcile.ts';
import { restartAgent } from './restart-agent.ts';
import type { Rung } from './rung.ts';

/** The rung of every stage. */
export const rungs: Readonly<Record<StageName, Rung>> = {
  reconcile,
  'cloud-route': cloudRoute,
  'restart-agent': restartAgent,
  bounce,
  quarantine,
  drain,
};

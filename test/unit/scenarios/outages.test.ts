import { beforeAll, describe, expect, it } from 'vitest';
import type { Dependency, Outage, OutageMode } from '../../fakes/outage.ts';
import { expectSettled, OUTAGE_SECONDS, play } from './outage-scenario.ts';

const modes: readonly OutageMode[] = ['refuses', 'throttles', 'hangs', 'loses-replies'];
/** How many steps of an incident are tried here. `outages.full.test.ts` tries every one. */
const samples: Readonly<Record<Dependency, number>> = { kubernetes: 3, ssm: 3, dynamodb: 4, slack: 2, queue: 1 };
const dependencies: readonly Dependency[] = ['kubernetes', 'ssm', 'dynamodb', 'slack', 'queue'];

let steps: Readonly<Record<Dependency, readonly string[]>>;
let secondsWithoutOutage: number;

beforeAll(async () => {
  const { chain, secondsToClose } = await play('bounce');
  const { calls } = chain.outages;
  secondsWithoutOutage = secondsToClose;
  steps = {
    kubernetes: calls('kubernetes'),
    ssm: calls('ssm'),
    dynamodb: calls('dynamodb'),
    slack: calls('slack'),
    queue: calls('queue'),
  };
});

const outage = (parts: Pick<Outage, 'dependency' | 'mode' | 'fromCall'>): Outage => ({
  ...parts,
  seconds: OUTAGE_SECONDS,
});

describe.each(dependencies)('%s is down for ten minutes', (dependency) => {
  it('every alert ends in a receipt, nothing is done twice, and nothing is left on a node or in a budget', {
    timeout: 600_000,
  }, async () => {
    const count = samples[dependency];
    for (let sample = 0; sample < count; sample++) {
      const fromCall = 1 + Math.floor((sample * steps[dependency].length) / count);
      const mode = modes[(sample + dependencies.indexOf(dependency)) % modes.length] ?? 'refuses';
      const played = await play('bounce', outage({ dependency, mode, fromCall }));
      await expectSettled(played, dependency);
    }
  });
});

describe('the chat is down for ten minutes', () => {
  it('and the repair takes no longer', async () => {
    const { secondsToClose } = await play('bounce', outage({ dependency: 'slack', mode: 'refuses', fromCall: 1 }));
    expect(secondsToClose).toBe(secondsWithoutOutage);
  });
});

describe('the Kubernetes API goes down when a node is about to be cordoned for a stage', () => {
  it('the stage was not done: it goes on when the API is back, and waits for no cooldown', async () => {
    const fromCall = steps.kubernetes.lastIndexOf('placeClaim') + 1;
    const { secondsToClose } = await play('bounce', outage({ dependency: 'kubernetes', mode: 'refuses', fromCall }));
    expect(secondsToClose).toBeLessThan(OUTAGE_SECONDS + 300);
  });
});

describe('Run Command goes down', () => {
  /** The incident whose first rung heals. */
  const playedFrom = async (fromCall: number, mode: OutageMode) => {
    const { chain } = await play('reconcile', outage({ dependency: 'ssm', mode, fromCall }));
    return chain.acted().map(({ document }) => document);
  };

  it.each([10, 12, 14])(
    'at call %i, in the first look: no rung counts as tried for what was not seen',
    async (call) => {
      expect(await playedFrom(call, 'refuses')).not.toContain('bounce');
    },
  );

  /** The first question about a repair's outcome. The repair is the second command that goes to one host alone. */
  const outcomeOfRepair = () => steps.ssm.indexOf('send', steps.ssm.indexOf('send') + 1) + 2;

  it.each(['refuses', 'throttles', 'hangs', 'loses-replies'] as const)(
    'and %s when a repair was accepted: no other rung is tried',
    async (mode) => {
      expect(await playedFrom(outcomeOfRepair(), mode)).not.toContain('bounce');
    },
  );

  it('before a repair can be verified: its hosts take it back, and it is done again', async () => {
    expect(await playedFrom(26, 'hangs')).not.toContain('bounce');
  });
});

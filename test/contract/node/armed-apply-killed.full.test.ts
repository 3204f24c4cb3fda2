import { describe } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { onArmedNode as it, killAndAskAgain } from './armed-node.ts';
import { killPointOfEachAnswer, killPoints } from './armed-repair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

const others = killPoints.filter((point) => !killPointOfEachAnswer.includes(point));

describe.skipIf(obstacles.length > 0)(`an apply that is killed at any point${why}`, { concurrent: true }, () => {
  it.for(others)('$when $program $words: its key answers $answer, and all goes back', (point, { armed }) =>
    killAndAskAgain(armed, point),
  );
});

import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { playSeeds } from './play-seeds.ts';

/** It is never in the way of whatever else runs: on Linux this is about the thread alone. */
if (process.platform === 'linux') setPriority(0, 19);

await playSeeds(workerData.seeds, workerData.telling, (played) => parentPort?.postMessage(played));

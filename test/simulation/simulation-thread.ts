import { parentPort, workerData } from 'node:worker_threads';
import { playSeeds } from './play-seeds.ts';

await playSeeds(workerData.seeds, workerData.telling, (played) => parentPort?.postMessage(played));

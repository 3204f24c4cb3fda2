import { parentPort, workerData } from 'node:worker_threads';
import { fuzzTarget } from './fuzz-target.ts';
import type { FuzzWork } from './fuzz-thread.ts';
import { showInput } from './shown-input.ts';
import type { FuzzTarget } from './target.ts';

const { module, shared }: { readonly module: string; readonly shared: SharedArrayBuffer } = workerData;
const { targets }: { readonly targets: readonly FuzzTarget[] } = await import(module);

parentPort?.on('message', async ({ name, seed, inputs }: FuzzWork) => {
  const target = targets.find((each) => each.name === name);
  if (target === undefined) throw new Error(`there is no target ${name}`);
  parentPort?.postMessage(await fuzzTarget(target, { seed, inputs, onInput: (input) => showInput(shared, input) }));
});

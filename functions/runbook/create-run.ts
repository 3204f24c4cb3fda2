import { type DurableContext, StepSemantics } from '@aws/durable-execution-sdk-js';
import { createNodeListing } from './node-listing.ts';
import type { Run, RunInput } from './run.ts';
import type { RunPorts } from './run-ports.ts';
import type { RunbookSettings } from './settings.ts';

export function createRun(input: RunInput, context: DurableContext, ports: RunPorts, settings: RunbookSettings): Run {
  let counter = 0;
  const next = () => ++counter;
  return {
    input,
    context,
    ports,
    settings,
    next,
    known: {},
    nodes: createNodeListing(ports),
    once: (name, body) =>
      context.step(`${name} ${next()}`, body, {
        semantics: StepSemantics.AtMostOncePerRetry,
        retryStrategy: () => ({ shouldRetry: false }),
      }),
  };
}

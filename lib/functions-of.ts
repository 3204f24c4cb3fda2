import type { Stack } from 'aws-cdk-lib';
import { RestitchError } from '../core/restitch-error.ts';
import { RestitchFunction } from './restitch-function.ts';

/** The functions of a stack, in the order in which they were added. Call it when all of them are there. */
export function functionsOf(stack: Stack): readonly RestitchFunction[] {
  return stack.node.findAll().filter((one) => one instanceof RestitchFunction);
}

/** The function with this construct id. */
export function functionOf(stack: Stack, id: string): RestitchFunction {
  const found = functionsOf(stack).find(({ node }) => node.id === id);
  if (found === undefined) throw new RestitchError('configuration', `no function ${id}`, { retryable: false });
  return found;
}

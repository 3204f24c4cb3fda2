import { busybox } from './namespace-pair.ts';
import { operationRows } from './operation-rows.ts';
import { describeOperations } from './operations-contract.ts';

describeOperations('busybox, its own tools and awk', busybox, operationRows);

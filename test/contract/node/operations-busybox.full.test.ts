import { busybox } from './namespace-pair.ts';
import { describeOperations } from './operations-contract.ts';

describeOperations('busybox, its own tools and awk', busybox);

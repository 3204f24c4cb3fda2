import { dash } from './namespace-pair.ts';
import { otherRows } from './operation-rows.ts';
import { describeOperations } from './operations-contract.ts';

describeOperations('dash, GNU tools and mawk', dash, otherRows);

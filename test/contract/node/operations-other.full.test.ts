import { otherRows } from './operation-rows.ts';
import { describeOperations } from './operations-contract.ts';

describeOperations(otherRows);

import { rowOfEachKind } from './operation-rows.ts';
import { describeOperations } from './operations-contract.ts';

describeOperations(rowOfEachKind);

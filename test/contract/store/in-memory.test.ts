import { describe } from 'vitest';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';
import { createInMemoryHostLocks } from '../../fakes/in-memory-host-locks.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { createInMemoryOperatorHolds } from '../../fakes/in-memory-operator-holds.ts';
import { createInMemoryReplies } from '../../fakes/in-memory-replies.ts';
import { createInMemoryRecords } from '../../fakes/in-memory-safety-records.ts';
import { createInMemoryShownMessages } from '../../fakes/in-memory-shown-messages.ts';
import { describeApprovalStore } from './approval-store-contract.ts';
import { describeCapacityLedger } from './capacity-ledger-contract.ts';
import { describeHostLocks } from './host-locks-contract.ts';
import { describeIncidentStore } from './incident-store-contract.ts';
import { describeNodeDirectory } from './node-directory-contract.ts';
import { describeOperatorHolds } from './operator-holds-contract.ts';
import { Counted, describeRecords } from './records-contract.ts';
import { describeReplies } from './replies-contract.ts';
import { describeShownMessages } from './shown-messages-contract.ts';

describe('incidents in memory', () => describeIncidentStore(async () => createInMemoryIncidentStore()));

describe('approvals in memory', () => describeApprovalStore(async () => createInMemoryApprovalStore()));

describe('shown messages in memory', () => describeShownMessages(async () => createInMemoryShownMessages()));

describe('replies in memory', () => describeReplies(async () => createInMemoryReplies()));

describe('the node directory in memory', () => describeNodeDirectory(async () => createInMemoryNodeDirectory()));

describe('reserved capacity in memory', () => describeCapacityLedger(async () => createInMemoryCapacityLedger()));

describe('holds in memory', () => describeOperatorHolds(async () => createInMemoryOperatorHolds()));

describe('host locks in memory', () => describeHostLocks(async () => createInMemoryHostLocks()));
describe('records in memory', () => describeRecords(async () => createInMemoryRecords(Counted)));

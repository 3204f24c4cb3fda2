import { describe } from 'vitest';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { describeApprovalStore } from './approval-store-contract.ts';
import { describeIncidentStore } from './incident-store-contract.ts';

describe('incidents in memory', () => describeIncidentStore(async () => createInMemoryIncidentStore()));

describe('approvals in memory', () => describeApprovalStore(async () => createInMemoryApprovalStore()));

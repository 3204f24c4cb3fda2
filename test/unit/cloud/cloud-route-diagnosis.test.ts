import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../core/diagnosis/diagnose.ts';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import { planCloudRoutes } from '../../../core/repair/plan-cloud-routes.ts';
import { activeRoute } from '../../fakes/fake-cloud-routes.ts';
import { cloudRouteEvidence, cloudRouteFacts, HUB, seenFromTheVpc, TABLE, table } from './cloud-route-cases.ts';

const NETWORK = '10.200.0.0/24';
const right = table(activeRoute(NETWORK, HUB));

describe('a VPC and a tunnel that do not reach each other', () => {
  it('are concluded from packets where no table may be read', () => {
    const { cause, confidence, hostAtFault } = diagnose(cloudRouteEvidence());
    expect({ cause, confidence, hostAtFault }).toEqual({
      cause: 'cloud-route-missing',
      confidence: 0.9,
      hostAtFault: null,
    });
  });

  it('are a fact when a table lacks the route, and the table is named', () => {
    const { cause, confidence, because } = diagnose(cloudRouteEvidence(table()));
    expect({ cause, confidence }).toEqual({ cause: 'cloud-route-missing', confidence: 0.97 });
    expect(because).toContain(`${TABLE}: ${NETWORK} must lead to ${HUB} (hub-1), it has no such route`);
  });

  it('are a fact when one of two tables lacks it', () => {
    const other = { ...right, id: 'rtb-0fedcba9876543210' };
    expect(diagnose(cloudRouteEvidence(other, table()))).toMatchObject({ confidence: 0.97, despite: [] });
  });

  it('are the same fault when the alert names the host in the VPC', () => {
    const seen = seenFromTheVpc(cloudRouteEvidence(table()));
    expect(diagnose(seen)).toMatchObject({ cause: 'cloud-route-missing', confidence: 0.97, hostAtFault: null });
    expect(planCloudRoutes(deriveFacts(seen))).toEqual(planCloudRoutes(cloudRouteFacts(table())));
  });

  it('have something between them that drops packets when every table has it: no route is put back, and none taken away', () => {
    const { cause, because, despite } = diagnose(cloudRouteEvidence(right));
    expect({ cause, despite }).toEqual({ cause: 'cloud-path-blocked', despite: [] });
    expect(because.at(-1)).toMatch(/security group or the source\/destination check of hub-1/);
    expect(planCloudRoutes(cloudRouteFacts(right)).type).toBe('right');
  });

  it('are neither when a table cannot be read, and the diagnosis says so', () => {
    const unread = { status: 'unread' as const, id: 'rtb-0fedcba9876543210', reason: 'UnauthorizedOperation: no' };
    const { confidence, because, despite } = diagnose(cloudRouteEvidence(right, unread));
    expect({ confidence, despite }).toEqual({ confidence: 0.9, despite: [] });
    expect(because).toContain('rtb-0fedcba9876543210 could not be read: UnauthorizedOperation: no');
  });
});

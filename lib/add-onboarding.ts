import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { CfnAssociation, CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { documentHash, documentName } from '../adapters/aws/document-name.ts';
import type { OnboardingDocument } from '../core/runbook/node-command.ts';
import { WATCHDOG_TAG } from '../core/watchdog/watchdog-tag.ts';
import { onboardingContent } from './source-parts.ts';
import type { StackCluster } from './stack-settings.ts';

/** State Manager also runs it on an instance that is new or comes back, without waiting for this. */
const EVERY = 'rate(6 hours)';

/** What the nodes of some clusters get, in one account and region. */
export interface Onboarding {
  readonly documentPrefix: string;
  readonly clusters: readonly Pick<StackCluster, 'names' | 'watchdog'>[];
}

/**
 * The document that checks a node's prerequisites, and where the settings want it State Manager's orders to install the watchdog.
 * No function of the stack may send either. Another content is another document, under another name; the earlier one goes.
 */
export function addOnboarding(stack: Stack, { documentPrefix, clusters }: Onboarding): void {
  new CfnOutput(stack, 'CheckNodeDocument', { value: addDocument(stack, documentPrefix, 'check-node').name });
  const orders = clusters.flatMap(({ names: [cluster], watchdog }) =>
    watchdog === null ? [] : [{ cluster, watchdog }],
  );
  if (orders.length === 0) return;
  const { name, document } = addDocument(stack, documentPrefix, 'install-watchdog');
  for (const [index, { cluster, watchdog }] of orders.entries()) {
    const suffix = index === 0 ? '' : String(index + 1);
    const association = new CfnAssociation(stack, `Watchdog${suffix}`, {
      name,
      associationName: `${documentPrefix}-watchdog${suffix && `-${suffix}`}`,
      parameters: { mode: ['install'], textfileFolder: [watchdog.textfileFolder] },
      targets: [{ key: `tag:${WATCHDOG_TAG}`, values: [cluster] }],
      scheduleExpression: EVERY,
      maxConcurrency: watchdog.atOnce,
      maxErrors: watchdog.maxErrors,
      complianceSeverity: 'MEDIUM',
    });
    association.addResourceDependency(document);
  }
  new CfnOutput(stack, 'InstallWatchdogDocument', { value: name });
}

function addDocument(stack: Stack, prefix: string, short: OnboardingDocument) {
  const content = onboardingContent(short);
  const hash = documentHash(content);
  const name = documentName(prefix, short, hash);
  const document = new CfnDocument(stack, `${short}-${hash}`, {
    name,
    documentType: 'Command',
    documentFormat: 'JSON',
    targetType: '/',
    content,
  });
  return { name, document };
}

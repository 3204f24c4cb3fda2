import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { CfnAssociation, CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { documentHash, documentName } from '../adapters/aws/document-name.ts';
import type { OnboardingDocument } from '../core/runbook/node-command.ts';
import { WATCHDOG_TAG } from '../core/watchdog/watchdog-tag.ts';
import { onboardingContent } from './source-parts.ts';
import type { StackSettings } from './stack-settings.ts';

/** State Manager also runs it on an instance that is new or comes back, without waiting for this. */
const EVERY = 'rate(6 hours)';

/**
 * The document that checks a node's prerequisites, and where the settings want it State Manager's order to install the watchdog.
 * No function of the stack may send either. Another content is another document, under another name; the earlier one goes.
 */
export function addOnboarding(
  stack: Stack,
  { documentPrefix, clusters: [cluster], watchdog }: Pick<StackSettings, 'documentPrefix' | 'clusters' | 'watchdog'>,
): void {
  new CfnOutput(stack, 'CheckNodeDocument', { value: addDocument(stack, documentPrefix, 'check-node').name });
  if (watchdog === null) return;
  const { name, document } = addDocument(stack, documentPrefix, 'install-watchdog');
  const association = new CfnAssociation(stack, 'Watchdog', {
    name,
    associationName: `${documentPrefix}-watchdog`,
    parameters: { mode: ['install'], textfileFolder: [watchdog.textfileFolder] },
    targets: [{ key: `tag:${WATCHDOG_TAG}`, values: [cluster] }],
    scheduleExpression: EVERY,
    maxConcurrency: watchdog.atOnce,
    maxErrors: watchdog.maxErrors,
    complianceSeverity: 'MEDIUM',
  });
  association.addResourceDependency(document);
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

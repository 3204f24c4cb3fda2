import { formatFinding } from '../../adapters/yaml/finding.ts';
import { lintConfiguration } from '../../monitoring/alertmanager/lint/lint-configuration.ts';
import { type Check, failed, look, notChecked, ok } from './check.ts';
import { type AlertmanagerText, type OurReceiver, readAlertmanager } from './read-alertmanager.ts';

const route = { area: 'Alertmanager', subject: 'route' };

/** The route of alerts to Restitch, by the same linter as `restitch alertmanager lint`. `given`: a file, or the address of an Alertmanager. */
export async function alertmanagerChecks(given: string | undefined, ours: OurReceiver): Promise<readonly Check[]> {
  if (given === undefined)
    return [
      { ...route, ...notChecked('its configuration was not given', '--alertmanager alertmanager.yml, or its URL') },
    ];
  const texts: AlertmanagerText[] = [];
  const read = await look('Alertmanager', 'configuration', 'see that the address is reached from here', async () => {
    texts.push(await readAlertmanager(given, ours));
    return ok(`read from ${given}`);
  });
  const [text] = texts;
  return text === undefined ? [read, { ...route, ...notChecked('it could not be read') }] : routeChecks(text, ours);
}

function routeChecks({ source, text }: AlertmanagerText, { webhookUrl }: OurReceiver): readonly Check[] {
  const { findings, receivers, alerts } = lintConfiguration(text, webhookUrl);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const reach =
    receivers.length === 0
      ? failed(
          `no alert of monitoring/rules reaches ${webhookUrl ?? 'Restitch'}`,
          `restitch alertmanager lint ${source}`,
        )
      : ok(`${alerts} alerts of monitoring/rules reach Restitch by ${receivers.join(', ')}`);
  return [
    { ...route, ...reach },
    ...errors.map(
      (finding): Check => ({ area: 'Alertmanager', subject: 'setting', ...failed(formatFinding(source, finding)) }),
    ),
  ];
}

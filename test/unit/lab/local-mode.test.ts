import { describe, expect, it } from 'vitest';
import { settingsFrom } from '../../../functions/runbook/config.ts';
import { loadLocalConfig } from '../../../local/config.ts';

describe('npm start', () => {
  it('acts on its own fleet, as often as it is broken', () => {
    const { autonomy, memory } = settingsFrom(loadLocalConfig({})).safety;
    expect(autonomy.mode).toBe('act');
    expect(memory.cooldownSeconds).toEqual({});
  });

  it('is in shadow, like a first deployment, where the nodes are somebody’s', () => {
    const { autonomy, memory } = settingsFrom(loadLocalConfig({ KUBECONFIG: '/etc/kubeconfig' })).safety;
    expect(autonomy.mode).toBe('shadow');
    expect(memory.cooldownSeconds).toMatchObject({ bounce: 1_800 });
  });

  it('does as it is told', () => {
    const modeOf = (environment: Readonly<Record<string, string>>) =>
      settingsFrom(loadLocalConfig(environment)).safety.autonomy.mode;
    expect([modeOf({ REPAIR_MODE: 'shadow' }), modeOf({ REPAIR_MODE: 'act', KUBECONFIG: '/etc/kubeconfig' })]).toEqual([
      'shadow',
      'act',
    ]);
  });

  it.each([
    [{ REPAIR_MODE: 'dream' }, 'REPAIR_MODE'],
    [{ COOLDOWN_SECONDS: 'reboot=60' }, '"reboot=60" is not STAGE=SECONDS'],
    [{ MAINTENANCE_WINDOWS: 'at night' }, '"at night" is not MINUTE HOUR'],
    [{ MAINTENANCE_WINDOWS: '0 2 * * * Europe/Atlantis 4h' }, 'Europe/Atlantis'],
  ])('refuses %j', (environment, said) => {
    expect(() => loadLocalConfig(environment)).toThrow(said);
  });
});

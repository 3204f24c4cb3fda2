import type { LiveDelta, LiveState } from '../../functions/console/live-state.ts';

/** Remembers what one page was told, and returns what it does not know yet; undefined: nothing. */
export function createLiveDelta(): (state: LiveState) => LiveDelta | undefined {
  const told = new Map<string, string>();
  let versions = new Map<string, number>();
  let first = true;
  return ({ incidents, ...parts }) => {
    const news = Object.entries(parts).filter(([name, part]) => {
      const text = JSON.stringify(part);
      const isNew = told.get(name) !== text;
      told.set(name, text);
      return isNew;
    });
    const changed = incidents.filter(({ incidentId, version }) => versions.get(incidentId) !== version);
    const now = new Map(incidents.map(({ incidentId, version }) => [incidentId, version]));
    const gone = [...versions.keys()].filter((incidentId) => !now.has(incidentId));
    versions = now;
    const moved = first || changed.length > 0 || gone.length > 0;
    first = false;
    if (news.length === 0 && !moved) return undefined;
    return { ...Object.fromEntries(news), ...(moved ? { incidents: { changed, gone } } : {}) };
  };
}

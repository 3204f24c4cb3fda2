/** From where the app is ordered. An empty list: from nowhere. */
export interface CommandPlaces {
  /** `T…`, `A…` and `C…` ids. */
  readonly workspaces: readonly string[];
  readonly apps: readonly string[];
  readonly channels: readonly string[];
}

/** Where an order came from. `workspaces`: of the app and of the person, who differ in a channel that two workspaces share. */
export interface CommandPlace {
  readonly workspaces: readonly string[];
  readonly app: string;
  readonly channel: string;
}

/** Why an order from there does not count; undefined: it does. */
export function whyElsewhere(from: CommandPlace, { workspaces, apps, channels }: CommandPlaces): string | undefined {
  if (!from.workspaces.every((id) => workspaces.includes(id))) return 'this workspace is not the configured one';
  if (!apps.includes(from.app)) return 'this app is not the configured one';
  return channels.includes(from.channel) ? undefined : 'this channel is not the configured one';
}

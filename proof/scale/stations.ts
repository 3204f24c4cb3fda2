/** Moments in seconds, ascending: when each of many incidents comes to a station, or leaves it. */
export type Moments = readonly number[];

/** Something that many incidents have to pass, first come, first served. */
export interface Station {
  readonly name: string;
  /** How many incidents it lets through in a second when it never stands still. */
  readonly perSecond: number;
  readonly pass: (arrivals: Moments) => Moments;
}

/** What lets through so many units a second. `cost`: of the incident with this number, the first is 0. */
export function rate(name: string, unitsPerSecond: number, cost: number | ((number: number) => number)): Station {
  const costOf = typeof cost === 'number' ? () => cost : cost;
  return {
    name,
    perSecond: unitsPerSecond / costOf(0),
    pass: (arrivals) => {
      let free = 0;
      return arrivals.map((arrival, number) => {
        free = Math.max(arrival, free) + costOf(number) / unitsPerSecond;
        return free;
      });
    },
  };
}

/** What has so many places, each of which an incident takes for so many seconds. */
export function places(name: string, count: number, seconds: number): Station {
  return {
    name,
    perSecond: count / seconds,
    pass: (arrivals) => {
      const left: number[] = [];
      for (const [number, arrival] of arrivals.entries())
        left.push(Math.max(arrival, left[number - count] ?? 0) + seconds);
      return left;
    },
  };
}

/** Where nobody goes on before this moment. */
export function gate(name: string, openAt: number): Station {
  return {
    name,
    perSecond: Number.POSITIVE_INFINITY,
    pass: (arrivals) => arrivals.map((arrival) => Math.max(arrival, openAt)),
  };
}

export interface Passage {
  /** When the last one has passed the last station. */
  readonly seconds: number;
  /** The station that lets the fewest through. */
  readonly narrowest: Station;
}

/** One station after the other, from the moment at which all arrive. */
export function passAll(stations: readonly [Station, ...Station[]], incidents: number): Passage {
  let moments: Moments = Array.from({ length: incidents }, () => 0);
  let narrowest = stations[0];
  for (const station of stations) {
    moments = station.pass(moments);
    if (station.perSecond < narrowest.perSecond) narrowest = station;
  }
  return { seconds: moments.at(-1) ?? 0, narrowest };
}

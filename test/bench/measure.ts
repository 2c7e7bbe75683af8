/**
 * Numbers that can be compared: taken in turns, in one run, so that whatever else the machine does meets all alike.
 */

/** The value below which the given part of all values lies (nearest rank). */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Each round takes every one once, in an order of its own; a first round warms the machine up and is thrown away. */
export async function inTurns<Name extends string, T>(
  rounds: number,
  takers: Record<Name, () => Promise<T>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(takers) as Name[];
  const taken = Object.fromEntries(names.map((name): [string, T[]] => [name, []])) as Record<Name, T[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of shuffled(names)) {
      const value = await takers[name]();
      if (round > 0) taken[name].push(value);
    }
  }
  return taken;
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}

/**
 * Runs the cases of a suite side by side, each in a namespace of its own, and reports them one by one:
 * most of a case is waiting for a cluster.
 */

export interface Case<World> {
  title: string;
  run(world: World): Promise<void>;
}

export function sideBySide<World>(atOnce: number, enter: () => Promise<World>, cases: Case<World>[]): void {
  const outcomes = new Map<string, Promise<void>>();

  before(() => {
    const free = Array.from({ length: atOnce }, () => Promise.resolve());
    let turn = 0;
    for (const { title, run } of cases) {
      const slot = turn++ % atOnce;
      const outcome = (free[slot] ?? Promise.resolve()).then(async () => run(await enter()));
      outcomes.set(title, outcome);
      // A failure is told by its own test, and must not keep the next case from its slot.
      free[slot] = outcome.catch(() => undefined);
    }
  });

  for (const { title } of cases) it(title, () => outcomes.get(title));
}

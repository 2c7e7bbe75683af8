/**
 * Who asks while the same is under way gets the same: what a crowd opens at once is read and made once. Nothing is kept after.
 */
export function joined<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const underWay = new Map<string, Promise<T>>();
  return (key, work) => {
    const found = underWay.get(key);
    if (found !== undefined) return found;
    const begun = work().finally(() => underWay.delete(key));
    underWay.set(key, begun);
    return begun;
  };
}

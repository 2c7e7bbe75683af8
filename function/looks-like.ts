/**
 * Slips of the pen.
 */

// Longer than any path or host that people type; what is compared is then a few hundred steps.
const longest = 80;
const slips = 2;

/** Whether one becomes the other by two letters, whatever the case and whatever stands between words. */
export function looksLike(a: string, b: string): boolean {
  const [x, y] = [letters(a), letters(b)];
  if (x.length < 2 * slips || Math.abs(x.length - y.length) > slips) return false;
  return isWithin(x, y, slips);
}

/** Of words that are too short for that: whether they differ by a letter, or by two that changed places. */
export function isSlipOf(a: string, b: string): boolean {
  const [x, y] = [letters(a), letters(b)];
  if (x === y || Math.abs(x.length - y.length) > 1) return false;
  return isWithin(x, y, 1) || (isWithin(x, y, 2) && [...x].sort().join() === [...y].sort().join());
}

/** Whether both are one word, whatever the case and whatever stands between its parts. */
export function isSameWord(a: string, b: string): boolean {
  return letters(a) === letters(b);
}

function letters(text: string): string {
  return text
    .slice(0, longest)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** https://en.wikipedia.org/wiki/Levenshtein_distance, row by row, until one is too far everywhere. */
function isWithin(a: string, b: string, most: number): boolean {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const changed = (row[j] ?? 0) + Number(letter !== other);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    if (Math.min(...next) > most) return false;
    row = next;
  }
  return (row[b.length] ?? 0) <= most;
}

/**
 * What is told while the verifier has no verdict yet, and when it is asked again.
 */
import { called } from '../called.ts';
import type { Show } from '../follow/show.ts';

/** An answer that is none yet. */
export interface Again {
  kind: 'again';
  message: string;
  seconds: number;
  /** Whether nobody could say anything of the test. */
  isAway: boolean;
  job?: string;
}

interface Test {
  name: string;
  namespace: string;
}

// Milliseconds: of a verifier that does not answer, or cannot ask the API server.
export const longestAbsence = 120_000;
// Seconds: the verifier does not hold the call that begins the run, but those after it.
const firstPause = 1;

export interface Waits {
  /** What is new of it. Resolves to the seconds after which it is asked again. */
  tell(answer: Again): Promise<number>;
  hasBegun(): boolean;
}

export function waitsFor(request: Test, show: Show): Waits {
  let told = '';
  let hasBegun = false;
  return {
    hasBegun: () => hasBegun,
    async tell({ message, isAway, seconds, job }) {
      // What changes with each second is no news.
      const news = message.replace(/\d+/g, '');
      if (news !== told) await show.step('waiting', isAway ? `${message}; ${longest}` : message);
      told = news;
      if (isAway || hasBegun) return seconds;
      hasBegun = true;
      await show.note(logOf(request, job));
      return Math.min(firstPause, seconds);
    },
  };
}

const longest = `it is asked again for ${longestAbsence / 1000} s at the most`;

function logOf({ name, namespace }: Test, job: string | undefined): string {
  return `its log: ${called} logs ${name} -n ${namespace}${job === undefined ? '' : ` --run ${job}`} -f`;
}

/**
 * Where the command line has named the image, advice says so: it speaks of the E2ESpec, as the gate's does.
 */
import type { Verdict } from '../../api/verdict.ts';
import type { Show } from '../follow/show.ts';

export function ofOption(text: string): string {
  return text.replaceAll(/\bspec\.image\b( of the E2ESpec)?/g, '--image');
}

export function showingOption(show: Show): Show {
  return { ...show, step: (word, detail) => show.step(word, word === 'waiting' ? ofOption(detail) : detail) };
}

/** The words of a test that has failed are its own. */
export function verdictOfOption(verdict: Verdict): Verdict {
  return verdict.kind === 'inconclusive' ? { ...verdict, message: ofOption(verdict.message) } : verdict;
}

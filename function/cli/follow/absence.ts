/**
 * An API server that is away for a while is waited for.
 */
import { HookError } from '../../errors.ts';
import type { Show } from './show.ts';

export interface Absence {
  /** Throws what will not heal, or has not for long. */
  goesOn(error: unknown): Promise<void>;
  isOver(): Promise<void>;
}

// Milliseconds.
const longestAbsence = 120_000;

export function absenceOf(show: Show): Absence {
  let began: number | undefined;
  return {
    async goesOn(error) {
      const isPassing = error instanceof HookError && error.kind === 'ServiceUnavailable';
      if (!isPassing || (began !== undefined && Date.now() - began > longestAbsence)) throw error;
      if (began === undefined) await show.step('waiting', `${error.message}; it is asked again`);
      began ??= Date.now();
    },
    async isOver() {
      if (began !== undefined) await show.step('going on', 'the API server answers again');
      began = undefined;
    },
  };
}

/**
 * What Flagger makes of a status, which depends on the hook.
 */
export type Path = '/pre-rollout' | '/rollback';

/** Colours of `util.styleText`. */
export type Colour = 'green' | 'red' | 'yellow' | 'cyan' | 'dim';

export interface Meaning {
  words: string;
  colour: Colour;
}

export function meaningOf(path: Path, status: number, retryAfter: string | null): Meaning {
  switch (path) {
    case '/pre-rollout':
      return ofPreRollout(status, retryAfter);
    case '/rollback':
      if (status === 200) return { words: 'roll back now', colour: 'red' };
      return { words: 'do not roll back', colour: 'dim' };
  }
}

function ofPreRollout(status: number, retryAfter: string | null): Meaning {
  // As Flagger has it: https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/webhook.go
  if (status <= 202) return { words: 'passed: go on', colour: 'green' };
  if (retryAfter !== null) return { words: `not yet: ask again in ${retryAfter} s`, colour: 'cyan' };
  return { words: 'a failed check: do not go on', colour: status === 424 ? 'yellow' : 'red' };
}

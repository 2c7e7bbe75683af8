/**
 * What is known of a run, and what is found in its way.
 */
import type { Event, Pod } from '../wire.ts';

/** What is known of a Job besides its conditions. Events are the Job's and, where asked for, its pod's. */
export interface Evidence {
  pods: Pod[];
  events: Event[];
}

/** Something in the way. `isFinal`: waiting longer will not help. */
export interface Obstacle {
  reason: string;
  message: string;
  isFinal: boolean;
}

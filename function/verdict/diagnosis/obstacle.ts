/**
 * What is found in the way of a run.
 */

/** Something in the way. `isFinal`: waiting longer will not help. */
export interface Obstacle {
  reason: string;
  message: string;
  isFinal: boolean;
}

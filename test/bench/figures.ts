/**
 * All figures, in the order of the table.
 */
import type { Figure } from './figure.ts';
import { activator } from './figures/activator.ts';
import { apiCost } from './figures/api-cost.ts';
import { burst } from './figures/burst.ts';
import { firstVerdict } from './figures/first-verdict.ts';
import { latency } from './figures/latency.ts';
import { manyJobs } from './figures/many-jobs.ts';
import { memory } from './figures/memory.ts';
import { poll } from './figures/poll.ts';
import { pollReal } from './figures/poll-real.ts';
import { ready } from './figures/ready.ts';
import { roundTrips } from './figures/round-trips.ts';

export const figures = {
  ready,
  'first-verdict': firstVerdict,
  memory,
  poll,
  'poll-real': pollReal,
  'api-cost': apiCost,
  'round-trips': roundTrips,
  'many-jobs': manyJobs,
  burst,
  activator,
  latency,
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof figures;

/**
 * All of them.
 */
import type { Fault } from './fault.ts';
import { lies } from './lies.ts';
import { statuses } from './statuses.ts';
import { transports } from './transports.ts';

export const faults: Fault[] = [...statuses, ...lies, ...transports];

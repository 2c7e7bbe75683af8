/**
 * One JSON line for each call, as clean as an answer. Never a token, a Secret's value or a whole body of the API server.
 */
import winston from 'winston';
import type { LogLevel } from './config.ts';
import { oneLine } from './text.ts';

export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

// Bytes that wait for somebody to read them; then lines are left out, because they would fill the memory.
const mostWaiting = 2 ** 20;

// A stack, and what an answer has no room for.
const longestField = 4096;

export function createLog(level: LogLevel): Log {
  const { combine, timestamp, json } = winston.format;
  const whileRead = winston.format((line) => process.stdout.writableLength < mostWaiting && line);
  // Nobody may be there to read: each line is an error then, and logging that would be another one.
  process.stdout.on('error', () => undefined);
  return winston.createLogger({
    level,
    format: combine(whileRead(), timestamp(), json({ replacer })),
    transports: [new winston.transports.Console()],
  });
}

/** Of every field, wherever it stands, whoever wrote it. */
function replacer(name: string, value: unknown): unknown {
  return typeof value === 'string' && name !== 'timestamp' ? oneLine(value, longestField) : value;
}

/**
 * One JSON line for each call. Never a token, a Secret's value or a whole body of the API server.
 */
import winston from 'winston';
import type { LogLevel } from './config.ts';

export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

// Bytes that wait for somebody to read them; then lines are left out, because they would fill the memory.
const mostWaiting = 2 ** 20;

export function createLog(level: LogLevel): Log {
  const { combine, timestamp, json } = winston.format;
  const whileRead = winston.format((line) => process.stdout.writableLength < mostWaiting && line);
  // Nobody may be there to read: each line is an error then, and logging that would be another one.
  process.stdout.on('error', () => undefined);
  return winston.createLogger({
    level,
    format: combine(whileRead(), timestamp(), json()),
    transports: [new winston.transports.Console()],
  });
}

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

export function createLog(level: LogLevel): Log {
  const { combine, timestamp, json } = winston.format;
  return winston.createLogger({
    level,
    format: combine(timestamp(), json()),
    transports: [new winston.transports.Console()],
  });
}

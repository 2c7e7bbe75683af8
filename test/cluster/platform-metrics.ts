/**
 * What suites have sent by StatsD, as they say it in their logs, and what statsd_exporter has of it.
 */
import type { Sample } from './statsd-exporter.ts';

export interface Measured {
  count: number;
  /** Seconds; 0 of a counter. */
  sum: number;
}

/** By the name that StatsD knows, such as e2etest.http.e2e-http.pod.200. */
export type Metrics = Map<string, Measured>;

function add(metrics: Metrics, series: string, { count, sum }: Measured): void {
  const before = metrics.get(series) ?? { count: 0, sum: 0 };
  metrics.set(series, { count: before.count + count, sum: before.sum + sum });
}

/** `log`: with LOG_LEVEL=DEBUG. */
export function metricsOf(log: string): Metrics {
  const metrics: Metrics = new Map();
  for (const [, series = '', value, type] of log.matchAll(/^statsd (\S+):([\d.]+)\|(ms|c)$/gm)) {
    const isTimer = type === 'ms';
    add(metrics, series, { count: isTimer ? 1 : Number(value), sum: isTimer ? Number(value) / 1000 : 0 });
  }
  return metrics;
}

const labelled: Record<string, (labels: Record<string, string>) => string> = {
  e2etest_action_seconds_count: ({ test, resource, action }) => `e2etest.action.${test}.${resource}.${action}`,
  e2etest_action_seconds_sum: ({ test, resource, action }) => `e2etest.action.${test}.${resource}.${action}`,
  e2etest_http_requests_total: ({ test, resource, result }) => `e2etest.http.${test}.${resource}.${result}`,
  e2etest_errors_total: ({ test, resource, type, error }) => `e2etest.errors.${test}.${resource}.${type}.${error}`,
  e2etest_dns_requests_total: ({ result }) => `e2etest.dns.${result}`,
};

/** What the exporter has of the suites. */
export function metricsIn(samples: Sample[]): Metrics {
  const metrics: Metrics = new Map();
  for (const { name, labels, value } of samples) {
    const series = labelled[name]?.(labels);
    if (series === undefined) continue;
    const isSum = name.endsWith('_sum');
    add(metrics, series, { count: isSum ? 0 : value, sum: isSum ? value : 0 });
  }
  return metrics;
}

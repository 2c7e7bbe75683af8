/**
 * The environment of the page, read and checked once at start.
 */
import { isObjectName } from '../api/names.ts';

export interface StatusConfig {
  inCluster: boolean;
  port: number;
  /** What the page shows; none: all that there are. */
  namespaces: string[];
  /** What people call the cluster; empty for nothing. */
  clusterName: string;
  /** Seconds after which a periodic test that does not report is stale. */
  silence: number;
  /** Where the verifier is asked whether it answers; empty for nowhere. */
  verifierUrl: string;
}

// Minutes: 30 days.
const longestSilence = 43_200;

/** Throws all that is wrong, one sentence each. */
export function readStatusConfig(env: Record<string, string | undefined>): StatusConfig {
  const problems: string[] = [];
  const integer = (name: string, fallback: number, least: number, most: number): number => {
    const value = env[name] || String(fallback);
    const number = Number(value);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    problems.push(`${name} is "${value}"; it must be a whole number from ${least} to ${most}`);
    return fallback;
  };
  const { USE_IN_CLUSTER: place = '', NAMESPACES = '', CLUSTER_NAME: clusterName = '', VERIFIER_URL = '' } = env;
  if (!['', 'true', 'false'].includes(place)) problems.push(`USE_IN_CLUSTER is "${place}"; it must be true or false`);
  const inCluster = place !== 'false';
  if (inCluster && !env['KUBERNETES_SERVICE_HOST']) {
    problems.push(
      'KUBERNETES_SERVICE_HOST is not set, so this is not a pod; USE_IN_CLUSTER=false uses your kubeconfig',
    );
  }
  const namespaces = [...new Set(NAMESPACES.split(/[\s,]+/).filter((each) => each !== ''))];
  const wrong = namespaces.find((each) => !isObjectName(each));
  if (wrong !== undefined)
    problems.push(`NAMESPACES has "${wrong}", which cannot be the name of a namespace; separate the names with commas`);
  if (VERIFIER_URL !== '' && !/^https?:$/.test(URL.parse(VERIFIER_URL)?.protocol ?? '')) {
    problems.push(
      'VERIFIER_URL is not an http:// or https:// URL; name the Service of the verifier, or leave it empty',
    );
  }
  const config = {
    inCluster,
    port: integer('PORT', 8080, 0, 65535),
    namespaces,
    clusterName,
    silence: 60 * integer('TIME_TO_REPORT_PROBLEM', 20, 1, longestSilence),
    verifierUrl: VERIFIER_URL,
  };
  if (problems.length > 0) throw new Error(problems.join('. '));
  return config;
}

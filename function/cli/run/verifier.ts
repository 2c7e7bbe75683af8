/**
 * Where the verifier is, for a token to be sent there: over TLS, or to a name that only a cluster answers.
 */
import { UsageError } from '../problem.ts';

const defaultUrl = 'http://e2e-verifier.default';

export interface Address {
  /** Of POST /run. */
  url: URL;
  /** Whether somebody has named it. */
  isNamed: boolean;
}

/** `given`: true where none is named. Throws what is wrong with it. */
export function verifierAt(given: string | true, fromEnvironment = process.env['E2E_VERIFIER_URL']): Address {
  const named = given === true ? fromEnvironment : given;
  return named === undefined || (given === true && named === '')
    ? { url: runUrl(defaultUrl), isNamed: false }
    : { url: runUrl(named), isNamed: true };
}

function runUrl(named: string): URL {
  const url = URL.parse(named.endsWith('/') ? named : `${named}/`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      `the verifier's address "${named}" must begin with http:// or https://, as in --record=${defaultUrl}`,
    );
  }
  if (url.username !== '' || url.password !== '')
    throw new UsageError("leave the password out of the verifier's address: the token says who asks");
  return new URL('run', url.protocol === 'https:' ? url : withinCluster(url));
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const serviceName = /^[^.]+\.[^.]+$/;
const clusterName = /^[^.]+\.[^.]+\.svc(\.cluster\.local)?$/;

/** `example.com` looks like the Service `example` of the namespace `com`: with `.svc` behind, only a cluster answers to it. */
function withinCluster(url: URL): URL {
  const { hostname } = url;
  if (loopback.test(hostname) || clusterName.test(hostname)) return url;
  if (!serviceName.test(hostname)) {
    throw new UsageError(
      `your token is not sent to ${url.host} without TLS: use https://, or the name of a Service in the cluster, as ${defaultUrl}`,
    );
  }
  const longer = new URL(url);
  longer.hostname = `${hostname}.svc`;
  return longer;
}

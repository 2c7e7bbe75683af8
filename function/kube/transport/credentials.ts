/**
 * As whom the verifier's own requests are sent: as the kubeconfig says, by files that are read again when they may have changed.
 */
import { readFile } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import tls from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';

/** None of TLS where the server is http://, or a proxy makes the connections. */
export type Credentials = Omit<RequestOptions, 'headers'> & {
  headers?: OutgoingHttpHeaders;
  secureContext?: tls.SecureContext;
};

export interface CredentialSource {
  /** No promise where they were read just before. */
  current(): Credentials | Promise<Credentials>;
  /** Read again, unless that was done since these were read. */
  insteadOf(refused: Credentials): Credentials | Promise<Credentials>;
}

// Milliseconds: all requests of a call, and of a burst of calls, share one reading, and a rotated file is soon seen.
const timeToLive = 1000;

// A program that prints credentials may hang; another one is started by then.
const longestReading = 30_000;

export function credentialSource(config: KubeConfig): CredentialSource {
  const contextOf = secureContexts();
  const { server = '', proxyUrl } = config.getCurrentCluster() ?? {};
  const { exec, authProvider } = config.getCurrentUser() ?? {};
  const tokenFile: string | undefined = authProvider?.config?.tokenFile;
  let source = config;
  let last: Promise<Credentials> | undefined;
  let known: Credentials | undefined;
  let until = 0;

  async function read(): Promise<Credentials> {
    const options: Credentials = {};
    await source.applyToHTTPSOptions(options);
    // client-node keeps it for a minute, and sends it with the end of its line.
    if (tokenFile !== undefined) options.headers = { ...options.headers, Authorization: await bearerOf(tokenFile) };
    return proxyUrl || server.startsWith('http:') ? options : { ...options, secureContext: contextOf(options) };
  }

  function current(): Credentials | Promise<Credentials> {
    if (last !== undefined && Date.now() <= until) return known ?? last;
    known = undefined;
    until = Date.now() + longestReading;
    last = read().then(
      (options) => {
        until = Date.now() + timeToLive;
        known = options;
        return options;
      },
      (error) => {
        until = 0;
        throw new Error(`the verifier’s credentials cannot be read: ${String(error).slice(0, 200)}`);
      },
    );
    return last;
  }

  return {
    current,
    insteadOf(refused) {
      if (known === refused) {
        known = undefined;
        until = 0;
        // client-node keeps what a program has printed for as long as the program said.
        if (exec) source = copyOf(config);
      }
      return current();
    },
  };
}

function copyOf(config: KubeConfig): KubeConfig {
  const copy = new KubeConfig();
  copy.loadFromOptions(config);
  return copy;
}

async function bearerOf(file: string): Promise<string> {
  const token = (await readFile(file, 'utf8')).trim();
  // Without one it would be anybody's request.
  if (token === '') throw new Error(`${file} is empty`);
  return `Bearer ${token}`;
}

/** One context for all connections, because reading an authority takes as long as a request; another one when a file changed. */
function secureContexts(): (options: RequestOptions) => tls.SecureContext {
  let last: { made: string; context: tls.SecureContext } | undefined;
  return ({ ca, cert, key }) => {
    const made = String([ca, cert, key]);
    if (last?.made !== made) {
      last = {
        made,
        context: tls.createSecureContext({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }),
      };
    }
    return last.context;
  };
}

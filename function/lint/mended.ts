/**
 * What is meant by a URL that Flagger cannot call: without its spaces, and without its scheme, which may be missing or wrong.
 */
import { type Host, hostOf } from '../flagger/address.ts';

export interface Mended {
  /** Nothing where it begins with the path, or is empty. */
  host: Host | undefined;
  /** Of the path. */
  segments: string[];
  scheme: 'http' | 'https';
}

// Of an address no more is read.
const longest = 4096;

export function mended(url: string): Mended {
  const [written = ''] = url.slice(0, longest).replace(/\s/g, '').replaceAll('\\', '/').split(/[?#]/);
  const [authority = '', ...segments] = written.replace(/^[a-z]*:?\/\/|^https?:\/?/i, '').split('/');
  const host = authority.replace(/^.*@/, '');
  return {
    host: host === '' ? undefined : hostOf(host),
    segments: segments.filter((segment) => segment !== ''),
    scheme: /^https/i.test(written) ? 'https' : 'http',
  };
}

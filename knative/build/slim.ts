/**
 * What a cold start does not have to load. An esbuild plugin, so that the sources may import as if it were not there:
 * what the verifier cannot reach is left out, what a first answer does not need is loaded when it is first used.
 */
import { createRequire } from 'node:module';
import type { OnResolveArgs, Plugin, PluginBuild, ResolveResult } from 'esbuild';

/** Nothing here gets to these: an empty object is in their place. */
const unreachable = [
  // client-node's own HTTP client; function/kube/transport.ts sends.
  'undici',
  // Bodies for Express' parsers; function/http/body.ts has read the body before they look for one.
  'iconv-lite',
  'qs',
  // A log that is JSON has no colours.
  '@colors/colors/safe',
];

/** Loggers of npm modules for their own developers: switched off by default, silent here. */
const silenced = ['debug', 'depd'];

const later = [
  // Credentials and proxies of a kubeconfig.
  'hpagent',
  'js-yaml',
  'jsonpath-plus',
  'node:child_process',
  'openid-client',
  'socks',
  'socks-proxy-agent',
  // The first request to the API server, the first checksum.
  'crypto',
  'node:crypto',
  'node:http2',
  'node:https',
  'node:tls',
  // What Express offers, and no answer here uses.
  'accepts',
  'content-disposition',
  'cookie-signature',
  'etag',
  'mime-types',
  'node:zlib',
  'send',
  'serve-static',
  'zlib',
];

/** What does the same for less. */
const instead: Record<string, string> = {
  // Functions Framework answers 500 through it when a function throws. This one returns promises, whose rejections the
  // framework catches by itself; and a domain makes every request and promise of the process slower.
  domain: 'module.exports = { create: () => ({ on() {}, run: (work) => work() }) };',
  // A copy of the streams that Node has itself.
  'readable-stream': `module.exports = require('node:stream');`,
  'readable-stream/lib/_stream_writable.js': `module.exports = require('node:stream').Writable;`,
};

const clientNode = /node_modules\/@kubernetes\/client-node\//;

// The plugin's own questions to esbuild, which it must not answer itself.
const asked = 'asked by slim';

export const slim: Plugin = {
  name: 'slim',
  setup(build) {
    build.onResolve({ filter: /^[^.]/ }, (args) => {
      if (args.pluginData === asked || args.namespace === 'later') return undefined;
      if (unreachable.includes(args.path)) return { path: args.path, namespace: 'unreachable' };
      if (silenced.includes(args.path)) return { path: args.path, namespace: 'silenced' };
      if (args.path in instead) return { path: args.path, namespace: 'instead' };
      if (args.path === 'node:net' && clientNode.test(args.importer))
        return { path: args.path, namespace: 'addresses' };
      return later.includes(args.path) ? loadLater(build, args) : undefined;
    });
    build.onLoad({ filter: /./, namespace: 'unreachable' }, () => ({ contents: 'module.exports = {}' }));
    build.onLoad({ filter: /./, namespace: 'silenced' }, () => ({ contents: silence }));
    build.onLoad({ filter: /./, namespace: 'instead' }, ({ path }) => ({
      contents: instead[path] ?? '',
      resolveDir: '.',
    }));
    build.onLoad({ filter: /./, namespace: 'addresses' }, () => ({ contents: addresses }));
    build.onLoad({ filter: /./, namespace: 'later' }, ({ path, pluginData }) => ({
      contents: firstUseOf(path),
      resolveDir: pluginData,
    }));
    for (const [filter, contents] of indexes) build.onLoad({ filter }, () => ({ contents }));
    build.onResolve({ filter: /^@kubernetes\/client-node$|^\.\.?\/.*\.js$/ }, (args) => onlyWhatIsUsed(build, args));
  },
};

/** Of the indexes of client-node what is used. All of them is 18 MB to read at each build, of which next to nothing stays. */
const indexes: [file: RegExp, contents: string][] = [
  [/\/@kubernetes\/client-node\/dist\/index\.js$/, `export { KubeConfig } from './config.js';`],
  [
    /\/@kubernetes\/client-node\/dist\/gen\/index\.js$/,
    `export { createConfiguration } from './configuration.js';
    export { ServerConfiguration } from './servers.js';`,
  ],
];

const silence = `
  const silent = () => Object.assign(() => {}, { enabled: false, function: (it) => it, property() {} });
  module.exports = silent;
`;

// All that client-node wants of node:net, whose regular expression takes 3 ms to compile: only IPv6 has colons.
const addresses = `module.exports = { isIPv6: (host) => host.includes(':') };`;

async function resolve(build: PluginBuild, args: OnResolveArgs, kind = args.kind): Promise<ResolveResult> {
  const { importer, resolveDir } = args;
  return build.resolve(args.path, { importer, resolveDir, kind, pluginData: asked });
}

async function loadLater(build: PluginBuild, args: OnResolveArgs) {
  const { path } = await resolve(build, args, 'require-call');
  return { path, namespace: 'later', pluginData: args.resolveDir };
}

/** A module of the same names, each of which loads the real one when it is asked for. */
function firstUseOf(path: string): string {
  const real: unknown = createRequire(import.meta.url)(path);
  const load = `let real; const load = () => (real ??= require(${JSON.stringify(path)}));`;
  const itself = typeof real === 'function' ? 'module.exports = (...args) => load()(...args);' : '';
  // client-node takes spawn out of child_process long before it spawns.
  const get = path === 'node:child_process' ? '(...args) => load()[name](...args)' : 'load()[name]';
  return `${load} ${itself}
    for (const name of ${JSON.stringify(Object.keys(Object(real)))}) {
      Object.defineProperty(module.exports, name, { enumerable: true, get: () => ${get} });
    }`;
}

// The modules of client-node do nothing but export, which its package.json does not say.
async function onlyWhatIsUsed(build: PluginBuild, args: OnResolveArgs) {
  const isOfClientNode = args.path === '@kubernetes/client-node' || clientNode.test(args.importer);
  if (args.pluginData === asked || !isOfClientNode) return undefined;
  return { ...(await resolve(build, args)), sideEffects: false };
}

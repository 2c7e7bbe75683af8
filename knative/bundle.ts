/**
 * `npm run build`: makes dist/index.cjs, the one file that is deployed, and dist/cli.cjs, the lint command.
 * Both start without node_modules.
 * CommonJS, because an ES module's import of node:http alone costs a cold start more than 20 ms
 * (https://github.com/nodejs/node/issues/59686).
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

const options = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  legalComments: 'linked',
  logLevel: 'warning',
} as const;

await build({ ...options, entryPoints: ['function/index.ts'], outfile: 'dist/index.cjs', target: 'node24' });
// The command `k8s-e2e-verifier lint`, for whichever Node the user has.
await build({ ...options, entryPoints: ['function/cli.ts'], outfile: 'dist/cli.cjs', target: 'node20' });

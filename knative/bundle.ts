/**
 * `npm run build`: makes dist/index.cjs, the one file that is deployed. It starts without node_modules.
 * CommonJS, because an ES module's import of node:http alone costs a cold start more than 20 ms
 * (https://github.com/nodejs/node/issues/59686).
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

const { errors } = await build({
  absWorkingDir: root,
  entryPoints: ['function/index.ts'],
  outfile: 'dist/index.cjs',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  legalComments: 'linked',
  logLevel: 'warning',
});
process.exitCode = errors.length;

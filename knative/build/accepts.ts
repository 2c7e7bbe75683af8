/**
 * Ends with 0 if this Node takes the code cache of a bundle, with 1 if it would compile anew.
 *
 *     node knative/build/accepts.ts dist/function-{hash}.cjs
 */
import { resolve } from 'node:path';
import { compile } from './compile.ts';

process.exitCode = compile(resolve(process.argv[2] ?? '')).cachedDataRejected === false ? 0 : 1;

/**
 * dist/index.cjs: starts the bundle beside it. Without a cache, or with that of another Node, it only takes longer.
 */
import { join } from 'node:path';
import { compile } from './compile.ts';

declare const BUNDLE: string;

const bundle = join(__dirname, BUNDLE);
compile(bundle).runInThisContext()(exports, require, module, bundle, __dirname);

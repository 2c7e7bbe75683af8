/**
 * Where Node.js keeps what it has compiled, for programs that the tests start over and over: by content and version, so that
 * nothing old is ever run.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const compileCache = join(tmpdir(), 'node-compile-cache');

/**
 * The runner of spec files: examples/specs/runtime/specs.mjs. The bundle has its text in place of this file.
 */
import { readFileSync } from 'node:fs';

export const runner = readFileSync(new URL('../../../examples/specs/runtime/specs.mjs', import.meta.url), 'utf8');

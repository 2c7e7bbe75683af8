/**
 * `npm run generate`: compiles function/flagger/payload.schema.json into function/flagger/payload-validator.js ahead of time,
 * because compiling at start costs more than the whole rest of a cold start.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';

const at = (name: string) => new URL(`../../function/flagger/${name}`, import.meta.url);

export function compileValidator(): string {
  const schema: object = JSON.parse(readFileSync(at('payload.schema.json'), 'utf8'));
  // Lengths are counted in UTF-16 units: ajv's code point counter would be a runtime import. It warns of that option.
  const options = { code: { source: true, esm: true, lines: true }, allowUnionTypes: true, unicode: false };
  const ajv = new Ajv({ ...options, logger: false });
  return `// Generated from payload.schema.json by \`npm run generate\`.\n${standalone.default(ajv, ajv.compile(schema))}`;
}

if (import.meta.main) writeFileSync(at('payload-validator.js'), compileValidator());

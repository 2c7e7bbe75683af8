/**
 * A bundle, compiled: by the code cache as far as that reaches, by V8 for the rest.
 */
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** The cache has the bundle's own name, which has the hash of its content. */
export function cacheOf(bundle: string): string {
  return bundle.replace(/cjs$/, 'cache');
}

export function compile(bundle: string): Script {
  const source = readFileSync(bundle);
  const cachedData = readCache(cacheOf(bundle), source);
  // esbuild writes ASCII alone. The wrapper is that of CommonJS.
  const code = `(function (exports, require, module, __filename, __dirname) {${source.toString('latin1')}\n})`;
  return new Script(code, { filename: bundle, ...(cachedData && { cachedData }) });
}

const checksumBytes = 4;

// A cache that another V8 made is rejected by V8. One that is damaged, or made of another source, V8 would run.
function readCache(file: string, source: Buffer): Buffer | undefined {
  try {
    const content = readFileSync(file);
    const cachedData = content.subarray(checksumBytes);
    return content.readUInt32LE() === checksum(source, cachedData) ? cachedData : undefined;
  } catch {
    return undefined;
  }
}

/** The cache as its file is to be: all that V8 has compiled of the bundle by now. */
export function cacheContent(script: Script, bundle: string): Buffer {
  const cachedData = script.createCachedData();
  const start = Buffer.alloc(checksumBytes);
  start.writeUInt32LE(checksum(readFileSync(bundle), cachedData));
  return Buffer.concat([start, cachedData]);
}

function checksum(source: Buffer, cachedData: Buffer): number {
  return crc32(cachedData, crc32(source));
}

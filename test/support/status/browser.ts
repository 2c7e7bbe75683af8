/**
 * Debian's chromium, driven by playwright-core, which brings no browser of its own.
 */
import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Nothing where no chromium is: `apt-get install chromium`, or name one in CHROMIUM. */
export function findChromium(): string | undefined {
  return places.find((place) => place !== '' && isProgram(place));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function openBrowser(executablePath: string): Promise<Browser> {
  // In a container there is neither a sandbox of its own nor much shared memory.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
}

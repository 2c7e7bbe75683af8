/**
 * What a test, or whoever may write a status, can put on the page: markup, text that turns around, lines without an end.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { read } from '../documents.ts';
import { objectsAt, type World } from './world.ts';

export const script = `<script>document.title='taken'</script><img src=x onerror="document.title='taken'">`;
/** From right to left: what follows reads backwards. */
export const turned = '\u202egnp.exe\u2066';
export const endless = 'x'.repeat(10_240);

export function hostileWorld(now: Date): World {
  const { spec, canary } = objectsAt(now);
  const links = [{ name: `"><script>alert(1)</script>`, url: `https://reports.example.com/?q="><script>` }];
  const hostile = spec('shop', 'hostile', {
    canary: `${script}${turned}`,
    runs: [
      { verdict: 'Failed', reason: `Error${script}`, ago: 3, message: `${script} ${turned} ${endless}`, links },
      { verdict: 'Passed', ago: 90, message: endless },
    ],
  });
  return {
    namespaces: ['shop'],
    specs: [hostile, spec('shop', `a-${'very-'.repeat(40)}long-name`)],
    canaries: [canary('shop', 'hostile', { phase: 'Failed' })],
  };
}

/** The definition without bounds: somebody else's, or a former one, may have none. */
export function boundlessDefinition(): string {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-status-crds-'));
  const boundless = read('crds/e2especs.yaml').replaceAll(/^ *(?:maxLength|pattern|format: uri).*\n/gm, '');
  writeFileSync(join(folder, 'e2especs.yaml'), boundless);
  return folder;
}

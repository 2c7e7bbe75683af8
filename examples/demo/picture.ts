/**
 * A part of `npm run screenshots`: docs/images/demo.svg, of what the demo says of the revision whose test fails, and of its end.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { part, width } from './pictured.ts';
import { printerTo } from './print.ts';
import { playRollouts } from './rollout.ts';
import { setStage } from './stage.ts';
import { svgOf } from './svg.ts';

const file = fileURLToPath(new URL('../../docs/images/demo.svg', import.meta.url));

const lines: string[] = [];
const { kubernetes, url, stop } = await setStage();
try {
  const printer = printerTo({ isColoured: true, width, show: (line) => lines.push(line) });
  const wrong = await playRollouts(kubernetes, url, printer);
  if (wrong.length > 0) throw new Error(`no picture of wrong answers: ${wrong.join('; ')}`);
  writeFileSync(file, svgOf(part(lines), { width, title: 'npm run demo: a revision whose test fails is rolled back' }));
  console.log('docs/images/demo.svg');
} finally {
  await stop();
}

/**
 * What is deployed is one file.
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { build, emptyFolder, type Folder, start } from '../http/deployed.ts';

describe('The bundle', function () {
  this.timeout(30_000);
  let folder: Folder;
  let bundle: string;
  before(async () => {
    folder = await emptyFolder();
    bundle = await build(folder);
  });
  after(() => folder.remove());

  it('starts in an empty folder without node_modules, and is ready', async () => {
    assert.deepEqual(await readdir(folder.path), ['index.cjs']);
    const { url, child, ended } = await start(bundle, {});
    const response = await fetch(`${url}/health/readiness`);
    assert.deepEqual([response.status, (await response.text()).trim()], [200, 'e2e-verifier is up']);
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
  });

  it('is the same, byte by byte, when it is built again somewhere else', async () => {
    const elsewhere = await emptyFolder();
    try {
      const again = await build(elsewhere);
      assert.ok((await readFile(again)).equals(await readFile(bundle)));
    } finally {
      await elsewhere.remove();
    }
  });

  it('names no folder of the machine it was built on', async () => {
    const text = await readFile(bundle, 'utf8');
    assert.ok(!text.includes(folder.path));
    assert.ok(!text.includes(process.cwd()));
  });
});

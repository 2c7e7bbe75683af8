/**
 * The verifier as it would be without its transport: client-node sends by itself, with a connection for every request.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { root } from './programs.ts';

const transport = `
  import { createConfiguration, RequestContext } from '@kubernetes/client-node';
  const { httpApi } = createConfiguration();
  export const transport = (config) => async ({ method, path, headers, body }, signal) => {
    const request = new RequestContext(config.getCurrentCluster().server + path, method);
    for (const [name, value] of Object.entries(headers)) request.setHeaderParam(name, value);
    if (body !== '') request.setBody(body);
    request.setSignal(signal);
    await config.applySecurityAuthentication(request);
    const answered = await httpApi.send(request).toPromise();
    return { status: answered.httpStatusCode, headers: answered.headers, body: await answered.body.text() };
  };
`;

const replaced: Plugin = {
  name: 'plain client-node',
  setup({ onLoad }) {
    onLoad({ filter: /function\/kube\/transport\.ts$/ }, () => ({
      contents: transport,
      loader: 'js',
      resolveDir: join(root, 'function/kube'),
    }));
  },
};

export interface Bundle {
  file: string;
  remove(): void;
}

export async function plainClient(): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-plain-client-'));
  const file = join(folder, 'index.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['function/index.ts'],
    outfile: file,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    logLevel: 'warning',
    plugins: [replaced],
  });
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}

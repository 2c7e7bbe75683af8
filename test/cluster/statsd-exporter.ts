/**
 * The bridge of examples/platform as a process of this machine, by the flags and the mapping of its Deployment, and what any
 * statsd_exporter answers.
 */
import { join } from 'node:path';
import { at, read, resources, root } from '../support/documents.ts';
import { build } from './build.ts';
import { components } from './components.ts';
import { start } from './local-server.ts';

const folder = 'examples/platform/statsd';
const deployment = resources(read(`${folder}/statsd.yaml`)).find(({ kind }) => kind === 'Deployment');
const container = at(deployment, 'spec', 'template', 'spec', 'containers', 0);
export const bridgeImage = String(at(container, 'image'));

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Lines of Prometheus' text format, as statsd_exporter writes them: without timestamps. */
export function samplesOf(text: string): Sample[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name = '', inner = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const labels = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]);
    return { name, labels: Object.fromEntries(labels) as Record<string, string>, value: Number(value) };
  });
}

/** Those of the suites, without the exporter's own. */
export function suitesSamples(text: string): Sample[] {
  return samplesOf(text).filter(({ name }) => name.startsWith('e2etest_'));
}

export interface Exporter {
  /** UDP, on 127.0.0.1. */
  port: number;
  samples(): Promise<Sample[]>;
  stop(): Promise<void>;
}

export async function startExporter(): Promise<Exporter> {
  const program = join(await build(components.statsdExporter), 'statsd_exporter');
  const flags = at(container, 'args') as string[];
  const server = await start(
    (port) => {
      const here: Record<string, string> = {
        '--statsd.mapping-config': join(root, folder, 'mapping.yml'),
        '--statsd.listen-udp': `127.0.0.1:${port}`,
        '--web.listen-address': `127.0.0.1:${port}`,
      };
      return [
        program,
        ...flags.map((flag) =>
          flag.replace(/^(\S+?)=.*/, (all, name) => (name in here ? `${name}=${here[name]}` : all)),
        ),
      ];
    },
    root,
    '/-/ready',
  );
  return {
    port: Number(server.address.split(':')[1]),
    async samples() {
      const response = await fetch(`http://${server.address}/metrics`);
      return suitesSamples(await response.text());
    },
    stop: server.end,
  };
}

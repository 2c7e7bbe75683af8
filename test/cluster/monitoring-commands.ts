/**
 * The command lines of kube-state-metrics, Prometheus and Alertmanager as processes of this machine: with the files, the flags
 * and the rights of knative/monitoring/. Prometheus and Alertmanager are Debian's; kube-state-metrics is built from its module.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { at, parse, read, resources } from '../support/documents.ts';
import { build } from './build.ts';
import { kubeStateMetrics } from './components.ts';
import { kubectl, kubectlProgram } from './kubectl.ts';
import type { Command } from './local-server.ts';
import { externalKubeconfig, kubeconfig, namespaceOfFlagger } from './settings.ts';

const folder = 'knative/monitoring';

/** Between two scrapes, and between two evaluations of the rules. */
export const SCRAPE_SECONDS = 3;

/** The flags of a container of knative/monitoring/, with its paths where they are here. */
function flagsOf(file: string, paths: Record<string, string>): string[] {
  const deployment = resources(read(`${folder}/${file}`)).find(({ kind }) => kind === 'Deployment');
  const flags = at(deployment, 'spec', 'template', 'spec', 'containers', 0, 'args') as string[];
  return flags.map((flag) => {
    const [name = '', value = ''] = flag.split(/=(.*)/s);
    return value in paths ? `${name}=${paths[value]}` : flag;
  });
}

export async function kubeStateMetricsCommand(namespace: string, own: string): Promise<Command> {
  const program = join(await build(kubeStateMetrics), 'kube-state-metrics');
  const config = join(own, 'config.yaml');
  writeFileSync(config, read(`${folder}/custom-resource-state/config.yaml`));
  const flags = flagsOf('kube-state-metrics/deployment.yaml', { '/etc/custom-resource-state/config.yaml': config });
  const account = await kubeconfigOf('e2e-kube-state-metrics', namespace, own);
  return (port) => [
    program,
    ...flags,
    `--kubeconfig=${account}`,
    '--host=127.0.0.1',
    `--port=${port}`,
    '--telemetry-host=127.0.0.1',
    '--telemetry-port=0',
  ];
}

/** A kubeconfig with the rights of a ServiceAccount. */
async function kubeconfigOf(account: string, namespace: string, own: string): Promise<string> {
  const token = (await kubectl(['create', 'token', account, '-n', namespace])).trim();
  const [config] = parse(readFileSync(externalKubeconfig ?? kubeconfig, 'utf8')) as [{ users: { name: string }[] }];
  const users = config.users.map(({ name }) => ({ name, user: { token } }));
  const file = join(own, `${account}.kubeconfig`);
  writeFileSync(file, stringify({ ...config, users }), { mode: 0o600 });
  return file;
}

/** The machine reaches Flagger's pod through the API server. */
export async function proxyCommand(): Promise<Command> {
  const program = await kubectlProgram();
  return (port) => [program, '--kubeconfig', externalKubeconfig ?? kubeconfig, 'proxy', `--port=${port}`];
}

export async function flaggerPod(): Promise<string> {
  const name = ['-o', 'jsonpath={.items[0].metadata.name}'];
  return kubectl(['get', 'pods', '-n', namespaceOfFlagger, '-l', 'app=flagger', ...name]);
}

export function alertmanagerCommand(own: string): Command {
  const config = join(own, 'alertmanager.yml');
  writeFileSync(config, read(`${folder}/prometheus/alertmanager.yml`));
  const paths = { '/etc/alertmanager/alertmanager.yml': config, '/alertmanager': join(own, 'alertmanager') };
  const flags = flagsOf('prometheus/alertmanager.yaml', paths);
  return (port) => ['prometheus-alertmanager', ...flags, `--web.listen-address=127.0.0.1:${port}`];
}

export function prometheusCommand(own: string, addresses: Addresses): Command {
  writeConfig(own, addresses);
  const paths = { '/etc/prometheus/prometheus.yml': join(own, 'prometheus.yml'), '/prometheus': join(own, 'data') };
  const flags = flagsOf('prometheus/prometheus.yaml', paths);
  return (port) => ['prometheus', ...flags, `--web.listen-address=127.0.0.1:${port}`];
}

export interface Addresses {
  metrics: string;
  proxy: string;
  alertmanager: string;
  flagger: string;
}

/** knative/monitoring/prometheus/prometheus.yml, with the addresses of here, and faster. */
function writeConfig(own: string, { metrics, proxy, alertmanager, flagger }: Addresses): void {
  const [config] = parse(read(`${folder}/prometheus/prometheus.yml`)) as [{ scrape_configs: { job_name: string }[] }];
  const [first, second] = config.scrape_configs;
  const interval = `${SCRAPE_SECONDS}s`;
  const here = {
    ...config,
    global: { scrape_interval: interval, evaluation_interval: interval },
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    scrape_configs: [
      { ...first, static_configs: [{ targets: [metrics] }] },
      {
        job_name: second?.job_name,
        honor_labels: true,
        metrics_path: `/api/v1/namespaces/${namespaceOfFlagger}/pods/${flagger}:8080/proxy/metrics`,
        static_configs: [{ targets: [proxy] }],
      },
    ],
  };
  writeFileSync(join(own, 'prometheus.yml'), stringify(here));
  writeFileSync(join(own, 'rules.yaml'), read(`${folder}/prometheus/rules.yaml`));
}

/**
 * Brings the cluster up: programs, namespaces, control plane and node, images, add-ons, the function.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Versioned, Versions } from '../support/cluster-versions.ts';
import { until } from '../support/until.ts';
import { build } from './build.ts';
import { createCertificates, createKubeconfigs } from './certificates.ts';
import { createCgroup } from './cgroups.ts';
import { components } from './components.ts';
import { apiServer, controllerManager, etcd, type ProgramFolders, scheduler } from './daemons.ts';
import { deploy } from './deploy.ts';
import { dnsObjects } from './dns.ts';
import { down } from './down.ts';
import { busybox, envoy } from './downloads.ts';
import { flagger } from './flagger.ts';
import { complaints, deploymentsNotAvailable, waitUntilWell } from './health.ts';
import { clusterImages, importImage } from './images.ts';
import { knative } from './knative.ts';
import { apply, applyFiles, kubectl } from './kubectl.ts';
import { createNamespaces } from './namespaces.ts';
import { chooseSubnet, createNetwork } from './netns.ts';
import { containerd, kubelet, kubeProxy } from './node.ts';
import { buildAll, installPackages } from './prerequisites.ts';
import { alive, type StartedProcess, startInside } from './processes.ts';
import { part } from './progress.ts';
import { checkout, inside, kubeconfig, logFolder } from './settings.ts';
import { prepareSources } from './sources.ts';
import { type ClusterState, newState, readState, writeState } from './state.ts';
import { choose, chosenVersions } from './versions.ts';

/** Resolves to false when it was up already. Without versions: one that is up is as it is, a new one has what is pinned. */
export async function up(versions: Versions): Promise<boolean> {
  const before = readState();
  if (before?.complete) {
    const wrong = [...otherVersions(before.versions, versions), ...(await complaints(before))];
    if (wrong.length === 0) return false;
    throw new Error(`the cluster is up but not well: ${wrong.join('; ')}. End it with "npm run cluster down"`);
  }
  if (before !== undefined && alive(before.startedBy)) {
    throw new Error(`process ${before.startedBy.pid} is bringing this cluster up already`);
  }
  await down(); // what a half-failed `up` left
  choose(versions);
  await installPackages();
  await prepareSources();
  await buildAll((component) => component.onDemand === undefined);
  const programs = await programFolders();
  const state = await begin(programs);
  await Promise.all([startControlPlane(state, programs), part('images', () => loadImages(state))]);
  await part('node', () => startNode(state, programs));
  await installAddOns();
  if (existsSync(join(checkout, 'function'))) await part('deploy the function', deploy);
  writeState({ ...state, complete: true });
  return true;
}

function otherVersions(there: Versions, wanted: Versions): string[] {
  return Object.entries(wanted)
    .filter(([part, version]) => there[part as Versioned] !== version)
    .map(
      ([part, version]) =>
        `${part} ${version} was asked for, and it has ${there[part as Versioned] ?? 'the pinned one'}`,
    );
}

async function programFolders(): Promise<ProgramFolders> {
  return {
    pause: await build(components.pause),
    etcd: await build(components.etcd),
    kubernetes: await build(components.kubernetes),
    cniPlugins: await build(components.cniPlugins),
  };
}

async function begin(programs: ProgramFolders): Promise<ClusterState> {
  const address = await chooseSubnet();
  const state = newState(address.host, address.cluster, chosenVersions());
  writeState(state);
  mkdirSync(logFolder, { recursive: true });
  state.first = await createNamespaces(join(programs.pause, 'pause'));
  writeState(state);
  await createNetwork(state.first, address);
  createCgroup();
  await start(state, state.first, 'containerd', containerd(programs));
  return state;
}

async function start(state: ClusterState, first: StartedProcess, name: string, command: string[]): Promise<void> {
  const started = await startInside(first, name, command, join(logFolder, `${name}.log`));
  state.processes.push(started);
  writeState(state);
  await waitUntilWell(state, started);
}

function firstOf(state: ClusterState): StartedProcess {
  if (state.first === undefined) throw new Error('the namespaces are not there');
  return state.first;
}

let kubeconfigs: ReturnType<typeof createKubeconfigs> | undefined;

async function startControlPlane(state: ClusterState, programs: ProgramFolders): Promise<void> {
  const first = firstOf(state);
  await createCertificates(state.clusterAddress);
  kubeconfigs = createKubeconfigs(inside.bridge, state.clusterAddress, kubeconfig);
  const files = kubeconfigs;
  await part('etcd', () => start(state, first, 'etcd', etcd(programs)));
  await part('kube-apiserver', () => start(state, first, 'kube-apiserver', apiServer(programs)));
  const manager = controllerManager(programs, files);
  await part('kube-controller-manager', () => start(state, first, 'kube-controller-manager', manager));
  await part('kube-scheduler', () => start(state, first, 'kube-scheduler', scheduler(programs, files)));
}

async function loadImages(state: ClusterState): Promise<void> {
  const [pause, coredns, ownFlagger, knativeServing, netKourier] = await Promise.all(
    [components.pause, components.coredns, components.flagger, components.knativeServing, components.netKourier].map(
      build,
    ),
  );
  if (!pause || !coredns || !ownFlagger || !knativeServing || !netKourier) throw new Error('a component is not built');
  const [shell, proxy] = [await busybox(), await envoy()];
  const from = { pause, coredns, flagger: ownFlagger, knativeServing, netKourier, busybox: shell, envoy: proxy };
  for (const image of clusterImages(from)) await importImage(firstOf(state), image());
}

async function startNode(state: ClusterState, programs: ProgramFolders): Promise<void> {
  if (kubeconfigs === undefined) throw new Error('the control plane is not there');
  const first = firstOf(state);
  await start(state, first, 'kubelet', kubelet(programs, kubeconfigs));
  await start(state, first, 'kube-proxy', kubeProxy(programs, kubeconfigs));
  await kubectl(['wait', '--for=condition=Ready', `node/${inside.node}`, '--timeout=60s']);
}

async function installAddOns(): Promise<void> {
  const available = () => until('every deployment is Available', deploymentsNotAvailable, 180_000);
  await part('CoreDNS', async () => {
    await apply(dnsObjects);
    await available(); // Envoy and the activator would crash-loop for minutes without it
  });
  await part('Knative Serving, Kourier and Flagger', async () => {
    const addOns = [await knative(), await flagger()];
    await applyFiles(addOns.flatMap(({ definitions }) => definitions));
    await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
    await apply(addOns.flatMap(({ objects }) => objects));
    await available();
  });
}

// A namespace comes, is empty, and goes: names, admission and the controllers that clean up.
import { api, find, list, type Resource, untilGone } from './api.ts';
import { metadataOf, suiteLabel } from './made.ts';
import { Problem } from './problem.ts';
import { settings } from './settings.ts';
import { stopwatch, timed } from './statsd.ts';
import { suite } from './suite.ts';

interface Namespace {
  metadata: { labels?: Record<string, string> };
  status: { phase?: string; conditions?: { type: string; status: string; message?: string }[] };
}

const { namespace } = settings;
const contents: Resource[] = ['pods', 'services', 'deployments', 'endpointslices'];
// Longer than a run may take (activeDeadlineSeconds): for whoever sweeps a cluster by it.
const lifetime = 10 * 60_000;

/** It has no owner, as a namespace can have none in a namespace; one that other people have made is left alone. */
async function sweep(): Promise<void> {
  const found = await find<Namespace>('namespaces', namespace);
  if (found?.metadata.labels?.[suiteLabel] !== 'namespace') return;
  await remove();
  await untilGone('namespaces', namespace, 'one of an earlier run is still there');
}

async function remove(): Promise<void> {
  await api('delete', 'namespaces', { name: namespace });
}

suite('namespace', { begin: sweep }, (step) => {
  let deletion: { done(): void } | undefined;

  step('create a namespace (name set by environment variable, or defaulted to kubee2etests)', () => {
    const annotations = { 'e2etest-expires': new Date(Date.now() + lifetime).toISOString() };
    const { labels } = metadataOf(namespace, 'namespace');
    const body = { metadata: { name: namespace, labels, annotations } };
    return timed('namespace', 'create', () => api('create', 'namespaces', { body }));
  });

  step('check namespace exists', async () => {
    const phase = (await find<Namespace>('namespaces', namespace))?.status.phase;
    if (phase !== 'Active')
      throw new Problem('namespace', 'k8s', 'not_active', `${namespace} is ${phase ?? 'not there'}`);
  });

  step('check namespace is empty', async () => {
    for (const resource of contents) {
      const items = await list<{ metadata: { name: string } }>(resource);
      const names = items.map(({ metadata }) => metadata.name).join(', ');
      if (items.length > 0) throw new Problem('namespace', 'k8s', 'not_empty', `there are ${resource}: ${names}`);
    }
  });

  step('Delete the namespace', () => {
    deletion = stopwatch('namespace', 'delete');
    return remove();
  });

  step('check namespace is deleted', async () => {
    await untilGone('namespaces', namespace);
    deletion?.done();
  });
});

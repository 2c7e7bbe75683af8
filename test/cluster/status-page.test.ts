/**
 * `knative/overlays/status` on the cluster: the page as a Knative Service with its own account, beside a verifier that sleeps.
 */
import assert from 'node:assert/strict';
import type { Kubernetes } from '../support/kubernetes.ts';
import { create, objectsAt } from '../support/status/world.ts';
import { until } from '../support/until.ts';
import { goInside, type Inside } from './inside.ts';
import { imageChange, install, withKustomization } from './installation.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest, patience } from './patience.ts';

const asleepSoon = {
  'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '0s',
  'autoscaling.knative.dev/window': '6s',
};

interface Told {
  verifier: { kind: string };
  problems: { message: string }[];
  rows: { name: string; state: string; users?: { words: string } }[];
}

describe('The page on the cluster', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let namespace: string;
  let inside: Inside;
  let remove: () => Promise<unknown>;

  /** A page that wakes up on a busy node may be slower than its gateway waits. */
  const told = async (): Promise<Told> => {
    let answer = { status: 0, text: '' };
    const ask = async () => {
      answer = await inside.ask(`http://e2e-status.${namespace}/api/status`);
      return answer.status === 200 ? [] : [`${answer.status} ${answer.text}`];
    };
    await until('the page answers', ask, patience.ms);
    return JSON.parse(answer.text) as Told;
  };
  const pods = async (app: string): Promise<string[]> => {
    const names = await kubectl(['get', 'pods', '-n', namespace, '-l', `app=${app}`, '-o', 'name']);
    return names.split('\n').filter(Boolean);
  };

  before(async () => {
    kubernetes = await connect();
    namespace = await kubernetes.namespace();
    const { spec, canary } = objectsAt(new Date());
    await create(kubernetes, {
      namespaces: [],
      specs: [
        spec(namespace, 'cart', { runs: [{ verdict: 'Failed', reason: 'Error', ago: 4, message: 'exit code 1' }] }),
      ],
      canaries: [canary(namespace, 'cart', { phase: 'Failed' })],
    });
    const env = (name: string, value: string) => ({
      op: 'add',
      path: '/spec/template/spec/containers/0/env/-',
      value: { name, value },
    });
    const change = {
      namespace,
      // The account's rights over the cluster have names of the cluster's.
      patches: [
        {
          target: { kind: 'Service', name: 'e2e-status' },
          patch: JSON.stringify([
            {
              op: 'replace',
              path: '/spec/template/spec/containers/0/env/1/value',
              value: `http://e2e-verifier.${namespace}`,
            },
            env('NAMESPACES', `${namespace},kube-system`),
          ]),
        },
      ],
      ...(await imageChange()),
    };
    const use = (verb: string, ...more: string[]) =>
      withKustomization('knative/overlays/status', change, (folder) => kubectl([verb, '-k', folder, ...more]));
    [inside] = await Promise.all([goInside(namespace), install(namespace, { annotations: asleepSoon }), use('apply')]);
    remove = () => use('delete', '--wait=false', '--ignore-not-found');
    await kubectl(['wait', '-n', namespace, 'ksvc/e2e-status', '--for=condition=Ready', '--timeout=90s']);
  });
  after(async () => {
    await remove?.();
    await kubernetes?.stop();
  });

  it('shows a test and what users are on, by what its account may list', async () => {
    const { rows, problems } = await told();
    const row = rows.find(({ name }) => name === 'cart');
    assert.equal(row?.state, 'failing');
    // A busy Flagger may have made its own of the status that a new Canary was given.
    assert.match(
      row?.users?.words ?? '',
      /^(?:rolled back: all on the former revision \(5bd8764d4f\)|Flagger sets up .*)$/,
    );
    assert.deepEqual(problems, []);
    const { status, text } = await inside.ask(`http://e2e-status.${namespace}/${namespace}/cart`);
    assert.deepEqual([status, text.includes('exit code 1')], [200, true]);
  });

  it('has an account that may list those two, and nothing else', async () => {
    const account = `--as=system:serviceaccount:${namespace}:e2e-status`;
    const listed = await kubectl(['auth', 'can-i', '--list', '-n', namespace, account, '--no-headers']);
    // Every account may ask what it may do, and read what the API server is made of.
    const rights = listed
      .split('\n')
      .map((line) => line.split(/\s{2,}/).map((cell) => cell.trim()))
      .filter(([resource = '']) => resource !== '' && !/^self\w+\.auth/.test(resource));
    const own = rights.map(([resource = '', , , verbs = '']) => `${resource} ${verbs}`);
    assert.deepEqual(own.sort(), ['canaries.flagger.app [list]', 'e2especs.remarkable.com [list]']);
  });

  it('says of a verifier at no pods that it sleeps, and does not wake it', async () => {
    await until('the verifier sleeps', async () => pods('e2e-verifier'), patience.ms);
    for (let looks = 0; looks < 3; looks++) assert.equal((await told()).verifier.kind, 'asleep');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    assert.deepEqual(await pods('e2e-verifier'), []);
  });

  it('shows the same when its pod is gone and another one answers', async () => {
    const before = await told();
    const [pod = ''] = await pods('e2e-status');
    await kubectl(['delete', '-n', namespace, pod, '--now']);
    assert.deepEqual((await told()).rows, before.rows);
    assert.ok(!(await pods('e2e-status')).includes(pod));
  });

  it('has an Ingress and an HTTPRoute that the API server takes', async () => {
    const taken = await withKustomization('knative/overlays/status-published', { namespace }, (folder) =>
      kubectl(['apply', '--dry-run=server', '-k', folder]),
    );
    assert.match(taken, /^ingress\.networking\.k8s\.io\/e2e-status created/m);
    assert.match(taken, /^httproute\.gateway\.networking\.k8s\.io\/e2e-status created/m);
  });
});

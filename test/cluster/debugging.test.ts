/**
 * The failures of docs/troubleshooting.md, each made for real: the commands of the document say what it shows.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Kubernetes } from '../support/kubernetes.ts';
import { sideBySide } from '../support/side-by-side.ts';
import { until } from '../support/until.ts';
import { shown, untilShown } from './console-blocks.ts';
import { goInside, type Inside } from './inside.ts';
import { install } from './installation.ts';
import { kubectl, kubectlProgram } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest, patience } from './patience.ts';
import { checkout } from './settings.ts';
import { kn, program, toolEnvironment } from './tools.ts';
import { unlessBroken } from './unless-broken.ts';

/** What is shown within seconds has to start a pod before. */
const AT_ONCE = 2;

/** Each in a namespace of its own, because it leaves revisions behind. */
interface Failure {
  title: string;
  shown: string;
  /** Seconds until it shows. */
  within: number;
  annotations?: Record<string, string>;
  make(namespace: string, inside: Inside): Promise<unknown>;
}

const update = (namespace: string, ...change: string[]) =>
  kn(['service', 'update', 'e2e-verifier', '-n', namespace, '--no-wait', ...change]);

const failures: Failure[] = [
  { title: 'when all is well', shown: 'well', within: 10, make: async () => undefined },
  { title: 'of func invoke', shown: 'invoke', within: 30, make: async () => undefined },
  {
    title: 'when the image is not in its registry',
    shown: 'verifier-image',
    within: 30,
    make: (namespace) => update(namespace, '--image', 'registry.example.com/e2e-verifier:0.2.0'),
  },
  {
    title: 'when the image is not on the node',
    shown: 'local-image',
    within: 60,
    make: (namespace) => update(namespace, '--image', 'dev.local/e2e-verifier:0.2.0'),
  },
  {
    title: 'when the process ends at once',
    shown: 'not-ready',
    within: 60,
    make: (namespace) => update(namespace, '--env', 'LOG_LEVEL=loud'),
  },
  {
    title: 'when rights are missing',
    shown: 'verifier-rights',
    within: 10,
    make: (namespace, inside) =>
      inside.post(`http://e2e-verifier.${namespace}/pre-rollout`, {
        name: 'my-app',
        namespace: 'staging',
        phase: 'Progressing',
        checksum: '7d4bd6475f',
      }),
  },
  {
    title: 'when no pod comes',
    shown: 'no-pod',
    within: 40,
    annotations: {
      'autoscaling.knative.dev/window': '6s',
      'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '0s',
    },
    async make(namespace) {
      const own = ['-n', namespace, '-l', 'serving.knative.dev/service=e2e-verifier'];
      await until(
        'the verifier is at zero pods',
        async () => {
          const replicas = await kubectl(['get', 'deployments', ...own, '-o', 'jsonpath={.items[*].status.replicas}']);
          return replicas === '' ? [] : [`${replicas} replicas`];
        },
        patience.ms,
      );
      await kubectl(['create', 'quota', 'none', '--hard=pods=0', '-n', namespace]);
    },
  },
];

describe('docs/troubleshooting.md shows what is said', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let elsewhere: string;
  let inside: Inside;

  before(async () => {
    kubernetes = await connect();
    elsewhere = await kubernetes.namespace();
    inside = await goInside(elsewhere);
  });
  after(() => kubernetes?.stop());

  /** What a command of the document says in the failure's namespace, whether it succeeds or not. */
  async function say([name = '', ...args]: string[], namespace: string): Promise<string> {
    const here = args.map((arg) => arg.replaceAll(/(e2e-verifier\.|serviceaccount:|^)default/g, `$1${namespace}`));
    // What asks for a pod must not be kept from it by what is wrong with the verifier's namespace.
    const place = ['-n', args[0] === 'run' ? elsewhere : namespace];
    const placed: Record<string, () => Promise<[string, string[]]>> = {
      kubectl: async () => [await kubectlProgram(), here.includes('-n') ? here : [...place, ...here]],
      kn: async () => [await program('kn'), [...here, ...place]],
      func: async () => [await program('func'), here],
    };
    const [path, given] = (await placed[name]?.()) ?? [name, here];
    const child = spawn(path, given, { env: toolEnvironment(), cwd: checkout });
    child.stdin.end();
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return `${out}\n${err}`.replaceAll(namespace, 'default');
  }

  const cases = failures.map((failure) => ({
    title: failure.title,
    async run(namespace: string) {
      await unlessBroken(install(namespace, { annotations: failure.annotations ?? {} }));
      await failure.make(namespace, inside);
      for (const each of shown(failure.shown))
        await unlessBroken(untilShown(each, () => say(each.command, namespace), failure.within));
    },
  }));
  sideBySide(AT_ONCE, () => kubernetes.namespace(), cases);
});

/**
 * Pod Security `restricted`, enforced: on the verifier's namespace, and on the one where tests run.
 */
import assert from 'node:assert/strict';
import { at, read, resources } from '../support/documents.ts';
import { passing, rollOut, until } from '../support/environment.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { type Answer, goInside, type Inside } from './inside.ts';
import { install } from './installation.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest } from './patience.ts';
import { unlessBroken } from './unless-broken.ts';

/** The E2ESpec of docs/write-a-test.md that says what its pod gives up. */
function documented(): Record<string, unknown> {
  const blocks = [...read('docs/write-a-test.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  const [spec] = blocks.filter((text) => text.includes('runAsNonRoot')).flatMap(resources);
  return spec?.['spec'] as Record<string, unknown>;
}

describe('In a namespace with Pod Security restricted', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let namespace: string;
  let url: string;
  let inside: Inside;

  before(async () => {
    kubernetes = await connect();
    namespace = await kubernetes.namespace();
    await kubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted']);
    inside = await goInside(await kubernetes.namespace());
    url = await install(namespace);
  });
  after(() => kubernetes?.stop());

  async function ask(name: string, spec: Record<string, unknown>, isEnough: (answer: Answer) => boolean) {
    const canary = await rollOut({ kubernetes, namespace }, spec, { name });
    return unlessBroken(until(() => inside.post(`${url}/pre-rollout`, canary.payload()), isEnough));
  }

  it('the verifier runs and answers, its pod not warned of', async () => {
    assert.equal((await inside.ask(`${url}/health/readiness`)).text, 'e2e-verifier is up');
    const [pod] = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, 'app=e2e-verifier');
    assert.ok(pod, 'its pod is there');
    const context = at(pod, 'spec', 'containers', 0, 'securityContext');
    assert.equal(at(context, 'readOnlyRootFilesystem'), true);
  });

  it('a test with the podTemplate of docs/write-a-test.md runs, and passes', async () => {
    const { status, text } = await ask('restricted', documented(), ({ status }) => status !== 429);
    assert.match(`${status} ${text}`, /^200 Passed: /);
  });

  it('a test without it gets no pod, and the answer says what is missing', async () => {
    const { text } = await ask('unrestricted', passing, ({ text }) => text.includes('FailedCreate'));
    assert.match(text, /violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false/);
  });
});

// helm test: the verifier answers under the address of the webhooks, and has its rights in each namespace that it serves.
import { setTimeout as sleep } from 'node:timers/promises';

const verifier = process.env.VERIFIER;
// Until a pod is there: the answers before are those of Knative's gateway, or none.
const end = Date.now() + 60_000;

async function call(path, payload) {
  const signal = AbortSignal.timeout(30_000);
  const headers = { 'Content-Type': 'application/json' };
  const init = payload && { method: 'POST', headers, body: JSON.stringify(payload) };
  try {
    const answer = await fetch(verifier + path, { ...init, signal });
    return `${answer.status} ${(await answer.text()).trim()}`;
  } catch (error) {
    return `no answer: ${error.cause?.message ?? error.message}`;
  }
}

async function expect(right, path, payload) {
  let said = await call(path, payload);
  while (!right.test(said) && !said.startsWith('403 ') && Date.now() < end) {
    await sleep(1000);
    said = await call(path, payload);
  }
  const passed = right.test(said);
  console.log(
    `${passed ? 'ok' : 'not ok'} ${payload ? `in namespace ${payload.namespace}` : verifier + path}: ${said}`,
  );
  if (!passed) process.exitCode = 1;
}

await expect(/^200 e2e-verifier is up$/, '/health/readiness');
for (const namespace of JSON.parse(process.env.NAMESPACES)) {
  // It may look for the Canary, and there is none of this name.
  const payload = { name: 'helm-test', namespace, phase: 'Progressing', checksum: 'none' };
  await expect(/^403 CanaryMismatch: /, '/pre-rollout', payload);
}

/**
 * The commands of the pages that pasted.test.ts runs, in this order.
 */
interface Pasted {
  command: string;
  /** What is added to it here. */
  goesOn?: string;
  /** Of its output. */
  says: RegExp;
}

// What kubectl creates it sends as protobuf, which the embedded API does not take.
const created = ' --dry-run=client -o yaml | kubectl apply -f -';

export const pasted: Pasted[] = [
  {
    command: 'kubectl get canaries,e2e -n shop',
    says: /^canary\.\S+\/blue-green [\s\S]*^e2espec\.\S+\/blue-green +Passed/m,
  },
  { command: 'kubectl describe canary blue-green -n shop', says: /E2ETestPassed .* e2e-verifier / },
  { command: 'kubectl describe canary NAME', says: /E2ETestPassed .* e2e-verifier / },
  { command: 'kubectl describe e2e NAME', says: /E2ETestPassed .* e2e-verifier / },
  { command: 'kubectl get e2e -o wide', says: /ATTEMPT +MESSAGE .*\n.* the test passed in / },
  {
    command: `kubectl get e2e my-app -o jsonpath='{range .status.latest[*]}{.canary} {.hook}: {.verdict}, flaky {.flaky}{"\\n"}{end}'`,
    says: /^my-app e2e: Passed, flaky \n$/,
  },
  { command: 'kubectl wait --for=condition=Passed e2especs/my-app', says: /condition met/ },
  { command: 'kubectl get pods -n NAMESPACE', says: /^e2e-blue-green-\S+ +0\/1 +Completed/m },
  { command: 'kubectl get pods -n knative-serving', says: /^activator .*$/m },
  { command: 'kubectl logs job/JOB -f', says: /^all is well\n$/ },
  { command: 'kubectl logs job/… -c NAME', says: /^all is well\n$/ },
  { command: 'kubectl logs -l app=e2e-verifier -c user-container --tail=100 -f', says: /^all is well\n$/ },
  { command: 'kubectl apply -f examples/deployment.yaml', says: /^deployment\.apps\/e2e-verifier created$/m },
  { command: 'kubectl describe deployment e2e-verifier', says: /Service Account: +e2e-verifier$/m },
  {
    command: 'kubectl get rolebindings -A --field-selector metadata.name=e2e-verifier',
    says: /^NAMESPACE .*\ndefault +e2e-verifier .*\n$/,
  },
  { command: 'kubectl delete -f examples/deployment.yaml', says: /^deployment\.apps "e2e-verifier" deleted/m },
  {
    command: 'kubectl apply -k knative/monitoring/kube-state-metrics',
    says: /^deployment\.apps\/e2e-kube-state-metrics created$/m,
  },
  { command: 'kubectl apply -k knative/monitoring/prometheus', says: /^deployment\.apps\/e2e-prometheus created$/m },
  {
    command: "kubectl create secret generic e2e-notify '--from-literal=url=https://events.example.com/hook?token=...'",
    goesOn: created,
    says: /^secret\/e2e-notify created$/m,
  },
  {
    command:
      'kubectl create secret generic e2e-bridge --from-literal=SLACK_URL=https://hooks.slack.com/... --from-literal=GIT_TOKEN=...',
    goesOn: created,
    says: /^secret\/e2e-bridge created$/m,
  },
  { command: 'kubectl apply -k examples/notifications', says: /^deployment\.apps\/e2e-bridge created$/m },
  {
    command: 'kubectl apply -k examples/tasks -n my-namespace',
    says: /^e2espec\.remarkable\.com\/task-bash created$/m,
  },
  {
    command:
      'kubectl create rolebinding e2e-verifier --clusterrole=e2e-verifier --serviceaccount=default:e2e-verifier -n my-namespace',
    goesOn: created,
    says: /^rolebinding\.rbac\.authorization\.k8s\.io\/e2e-verifier created$/m,
  },
  {
    command: 'kubectl delete jobs -A -l remarkable.com/managed-by=e2e-verifier',
    says: /(^job\.batch "e2e-\S+" deleted.*\n){2}/m,
  },
];

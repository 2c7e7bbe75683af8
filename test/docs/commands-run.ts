/**
 * What runs each command of the pages, or why nothing does. The same command with other names counts, and so do those of the
 * command line by its program itself.
 */
import { pasted } from './commands-pasted.ts';

export type Group =
  /** `by` has in it what runs them, `as`. */
  | { by: string; as: string; commands: string[] }
  /** `by` takes them from the page, where each section is named as `sections` says. */
  | { by: string; page: string; sections: Record<string, string> }
  /** Too long, or in need of too much, for each change: `lastRun` is said in `onDemand`. */
  | { onDemand: string; lastRun: string; commands: string[] }
  | { notRun: string; commands: string[] };

/** Blocks that are run as they stand on the page. */
const sections: Group[] = [
  {
    by: 'test/cluster/first-gate.test.ts',
    page: 'README.md',
    sections: { 'first-gate': '/<!-- \\/?first-gate -->/', 'shown: refused': '/<!-- shown: refused -->' },
  },
  {
    by: 'test/cluster/debugging.test.ts',
    page: 'docs/troubleshooting.md',
    sections: Object.fromEntries(
      ['well', 'invoke', 'verifier-image', 'local-image', 'not-ready', 'verifier-rights', 'no-pod'].map((name) => [
        `shown: ${name}`,
        `shown: '${name}'`,
      ]),
    ),
  },
  {
    by: 'test/cluster/removal.test.ts',
    page: 'docs/troubleshooting.md',
    sections: { 'shown: hooks': "block('hooks')", 'shown: gone': "block('gone')" },
  },
  {
    by: 'test/cluster/no-silent-wait.test.ts',
    page: 'docs/troubleshooting.md',
    sections: Object.fromEntries(
      ['host', 'way-out', 'stale', 'waiting', 'rights', 'image'].map((name) => [
        `shown: ${name}`,
        `untilAsShown(world, '${name}'`,
      ]),
    ),
  },
  {
    by: 'test/cluster/break-glass.test.ts',
    page: 'docs/troubleshooting.md',
    sections: { 'break-glass: out': "shell(rollout, 'out'", 'break-glass: back': "shell(rollout, 'back'" },
  },
  {
    by: 'test/docs/by-hand.test.ts',
    page: 'docs/by-hand.md',
    sections: {
      'Run the test again': "follow('Run the test again'",
      'Let one revision through': "follow('Let one revision through'",
    },
  },
  {
    by: 'test/docs/ci.test.ts',
    page: 'docs/write-a-test.md',
    sections: { preview: "'preview')", record: "'record')" },
  },
  { by: 'test/docs/ci.test.ts', page: 'docs/command-line.md', sections: { run: "'run')" } },
];

const commandLine: Group[] = [
  {
    by: 'test/docs/command-line.test.ts',
    as: '/(```console\\n\\$ (kubectl e2e (?!lint )',
    commands: [
      'kubectl e2e list -n shop',
      'kubectl e2e why checkout -n shop',
      'kubectl e2e rerun checkout -n shop',
      "kubectl e2e skip checkout -n shop --reason 'the payment provider is down, see INC-42'",
      'kubectl e2e wire examples/canary-ab-testing.yaml',
    ],
  },
  {
    by: 'test/docs/lint.test.ts',
    as: '/(```console\\n\\$ kubectl e2e (lint .*)',
    commands: [
      'kubectl e2e lint examples/canary-blue-green.yaml examples/canary-webhook-alone-does-not-gate.yaml',
      'kubectl e2e lint -n shop',
      'kubectl e2e lint -n NAMESPACE',
      'kubectl e2e lint --output json examples/canary-webhook-alone-does-not-gate.yaml',
    ],
  },
  {
    by: 'test/docs/fleet.test.ts',
    as: 'kubectl kustomize examples\\/fleet \\| kubectl e2e lint -',
    commands: ['kubectl kustomize examples/fleet | kubectl e2e lint -'],
  },
  { by: 'test/function/deployed/cli.test.ts', as: "lint('lint'", commands: ['kubectl e2e lint FILES'] },
  {
    by: 'test/function/deployed/cli.test.ts',
    as: "'lint', '-o', 'github'",
    commands: ['kubectl e2e lint --output github deploy'],
  },
  { by: 'test/function/deployed/cli-cluster.test.ts', as: "lint('-A')", commands: ['kubectl e2e lint -A'] },
  { by: 'test/function/deployed/cli-rollouts.test.ts', as: "['-A'], ['-o'", commands: ['kubectl e2e -A'] },
  {
    by: 'test/function/deployed/cli-rollouts.test.ts',
    as: "run('why', 'podinfo'",
    commands: ['kubectl e2e why NAME', 'kubectl e2e why blue-green -n shop'],
  },
  {
    by: 'test/function/deployed/cli-rollouts.test.ts',
    as: "run('rerun', 'podinfo'",
    commands: ['kubectl e2e rerun my-app'],
  },
  {
    by: 'test/function/deployed/cli-rollouts.test.ts',
    as: "run('skip', 'podinfo', '--reason'",
    commands: ["kubectl e2e skip my-app --reason 'payment provider is down, see INC-42'"],
  },
  {
    by: 'test/function/deployed/cli-wire.test.ts',
    as: "await file('canary.yaml', canary('cart')), await file('test.yaml', e2eSpec('cart', 120))",
    commands: ['kubectl e2e wire canary.yaml e2espec.yaml'],
  },
  {
    by: 'test/cluster/first-gate.test.ts',
    as: "sh('kubectl delete -f examples/canary-blue-green.yaml')",
    commands: ['kubectl delete -f examples/canary-blue-green.yaml'],
  },
  {
    by: 'test/cluster/status-page.test.ts',
    as: "'ksvc/e2e-status', '--for=condition=Ready'",
    commands: ['kubectl wait ksvc/e2e-verifier --for=condition=Ready --timeout=2m'],
  },
  {
    by: 'test/function/deployed/cli-wire.test.ts',
    as: "inCluster(['cart', '-n', 'shop'])",
    commands: ['kubectl e2e wire my-app'],
  },
  {
    by: 'test/function/deployed/cli-gate.test.ts',
    as: "gate(['open', 'podinfo', '--gate', 'promote', '--reason', 'INC-42'])",
    commands: ['kubectl e2e gate open my-app --gate promote --reason INC-42'],
  },
  {
    by: 'test/function/deployed/cli-gate.test.ts',
    as: "gate(['close', 'podinfo', '--gate', 'promote'])",
    commands: ['kubectl e2e gate close my-app --gate promote'],
  },
  {
    by: 'test/function/deployed/cli-gate.test.ts',
    as: "gate(['list', 'podinfo']",
    commands: ['kubectl e2e gate list my-app'],
  },
  {
    by: 'test/function/deployed/cli-gate.test.ts',
    as: "gate(['open', 'podinfo', '--rollback', '--reason', 'wrong tax'])",
    commands: ['kubectl e2e gate open my-app --rollback --reason "wrong tax"'],
  },
  {
    by: 'test/function/deployed/cli-run.test.ts',
    as: "run(['-f', '-', ...args]",
    commands: ['kubectl e2e run -f e2espec.yaml --url http://my-app:8080'],
  },
  {
    by: 'test/function/deployed/cli-record.test.ts',
    as: "run(['--record'])",
    commands: ['kubectl e2e run NAME --record'],
  },
  {
    by: 'test/function/deployed/package.test.ts',
    as: "run('npx', '--yes'",
    commands: ['npx k8s-e2e-verifier COMMAND'],
  },
  { by: 'test/cluster/image.test.ts', as: "container('/app/cli.cjs', 'lint'", commands: ['node /app/cli.cjs'] },
];

const installed: Group[] = [
  {
    by: 'test/cluster/deployed.test.ts',
    as: "kubectl(['apply', '-f', 'crds/']",
    commands: ['kubectl apply -f crds/'],
  },
  {
    by: 'test/cluster/deployed.test.ts',
    as: "applyFiles([join(checkout, 'crds')])",
    commands: ['kubectl apply --server-side -f crds/'],
  },
  {
    by: 'test/cluster/deployed.test.ts',
    as: "'--build=false', '--push=false', '--image'",
    commands: [
      'func deploy --build=false --push=false --image registry.example.com/e2e-verifier:0.2.0 --namespace default',
    ],
  },
  {
    by: 'test/cluster/deployed.test.ts',
    as: "'service', 'update', 'e2e-verifier', '-n', byKubectl, '--env', 'LOG_LEVEL=debug'",
    commands: ['kn service update e2e-verifier --env LOG_LEVEL=debug'],
  },
  {
    by: 'test/cluster/overlays.test.ts',
    as: "kubectl(['apply', '-k', folder], { cwd: checkout })",
    commands: [
      'kubectl apply -k knative/',
      'kubectl apply -k knative/overlays/namespaces',
      'kubectl apply -k knative/overlays/single-namespace',
      'kubectl apply -k knative/overlays/cluster-wide',
    ],
  },
  {
    by: 'test/cluster/overlays.test.ts',
    as: "kubectl(['delete', kind, String(metadata.name), ...where])",
    commands: ['kubectl delete rolebinding e2e-verifier -n default', 'kubectl delete clusterrolebinding e2e-verifier'],
  },
  {
    by: 'test/cluster/admission.test.ts',
    as: "kubectl(['kustomize', folder]",
    commands: ['kubectl apply -k knative/overlays/admission-policy'],
  },
  {
    by: 'test/cluster/status-page.test.ts',
    as: "withKustomization('knative/overlays/status', change",
    commands: ['kubectl apply -k knative/overlays/status'],
  },
  {
    by: 'test/cluster/status-page.test.ts',
    as: "'--dry-run=server', '-k', folder",
    commands: ['kubectl apply -k knative/overlays/status-published'],
  },
  {
    by: 'test/docs/kustomize.test.ts',
    as: "['kustomize', folder]",
    commands: ['kubectl kustomize knative/overlays/single-namespace'],
  },
  {
    by: 'test/docs/install-files.test.ts',
    as: '/^npm run install-files -- (--image \\S+) --output (\\S+)',
    commands: [
      'npm run install-files',
      'npm run install-files -- --image registry.example.com/e2e-verifier:0.2.0 --output /tmp/e2e-verifier',
    ],
  },
  {
    by: 'test/cluster/without-knative.test.ts',
    as: "['apply', '--server-side', '--force-conflicts', '--dry-run=server'",
    commands: ['kubectl apply --server-side -f /tmp/e2e-verifier/install.yaml'],
  },
  {
    by: 'test/cluster/without-knative.test.ts',
    as: "['delete', '-f', '-', '-l', 'app.kubernetes.io/name=e2e-verifier'",
    commands: ['kubectl delete -f install.yaml -l app.kubernetes.io/name=e2e-verifier'],
  },
  {
    by: 'test/cluster/without-knative.test.ts',
    as: "makeRoom('delete ksvc e2e-verifier --cascade=foreground')",
    commands: ['kubectl delete ksvc e2e-verifier --cascade=foreground'],
  },
  {
    by: 'test/cluster/without-knative.test.ts',
    as: "makeRoom('delete deployment,service,pdb e2e-verifier')",
    commands: ['kubectl delete deployment,service,pdb e2e-verifier'],
  },
  {
    by: 'test/cluster/removal.test.ts',
    as: "kubectl(['delete', '-k', folder])",
    commands: ['kubectl delete -k knative/'],
  },
  {
    by: 'test/cluster/removal.test.ts',
    as: "kubectl(['get', copy.crd, '-A', '-o', 'yaml'])",
    commands: ['kubectl get e2e -A -o yaml > e2especs.yaml'],
  },
  {
    by: 'test/cluster/removal.test.ts',
    as: "kubectl(['apply', '-f', '-'], { input: kept })",
    commands: ['kubectl apply -f e2especs.yaml'],
  },
  {
    by: 'test/cluster/removal.test.ts',
    as: "kubectl(['delete', 'crd', this.crd",
    commands: ['kubectl delete -f crds/'],
  },
  {
    by: 'test/cluster/chart.test.ts',
    as: "helm(['install', 'e2e-verifier', chart, '-n', namespace, ...settings])",
    commands: [
      'helm install e2e-verifier knative/chart --namespace default',
      'helm install e2e-verifier knative/chart --namespace default --set image.repository=registry.example.com/e2e-verifier',
      'helm install e2e-verifier knative/chart --namespace default --set image.repository=registry.example.com/e2e-verifier --set mode=deployment',
    ],
  },
  {
    by: 'test/cluster/chart.test.ts',
    as: "helm(['test', 'e2e-verifier', '-n', namespace])",
    commands: ['helm test e2e-verifier --namespace default'],
  },
  {
    by: 'test/cluster/chart.test.ts',
    as: "helm(['upgrade', 'e2e-verifier', chart, '-n', namespace, ...changed])",
    commands: ['helm upgrade e2e-verifier knative/chart --namespace default --reset-then-reuse-values'],
  },
  {
    by: 'test/cluster/chart.test.ts',
    as: "helm(['uninstall', 'e2e-verifier', '-n', namespace",
    commands: ['helm uninstall e2e-verifier -n default'],
  },
  {
    by: 'test/cluster/chart.test.ts',
    as: "kubectl(['logs', 'e2e-verifier-test'",
    commands: ['kubectl logs e2e-verifier-test'],
  },
  {
    by: 'test/cluster/chart.test.ts',
    as: "kubectl(['delete', 'pod', 'e2e-verifier-test'",
    commands: ['kubectl delete pod e2e-verifier-test'],
  },
  {
    by: 'test/cluster/chart.test.ts',
    as: "kubectl(['get', 'crd', definition",
    commands: ['kubectl get crd e2especs.remarkable.com'],
  },
];

const used: Group[] = [
  { by: 'test/docs/pasted.test.ts', as: 'of pasted)', commands: pasted.map(({ command }) => command) },
  {
    by: 'test/docs/by-hand.test.ts',
    as: '/^kubectl annotate .* canary .*$/gm',
    commands: [
      'kubectl annotate --field-manager=e2e-verifier canary my-app --overwrite remarkable.com/gate.promote=open',
      'kubectl annotate --field-manager=e2e-verifier canary my-app remarkable.com/gate.promote-',
    ],
  },
  {
    by: 'test/docs/by-hand.test.ts',
    as: '/^curl .*$/gm',
    commands: ['gate/open', 'gate/close', 'rollback/open'].map(
      (path) =>
        `curl -H "Authorization: Bearer $(kubectl create token my-name)" -d '{"name": "my-app","namespace":"default"}' http://e2e-verifier.default/${path}`,
    ),
  },
  {
    by: 'test/docs/run.test.ts',
    as: '/^\\$ (curl -sS ',
    commands: [
      `curl -sS http://e2e-verifier.default/run -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"namespace": "default", "name": "my-app", "id": "build-1742"}'`,
    ],
  },
  {
    by: 'test/docs/run.test.ts',
    as: '/`(kubectl get jobs [^`]+)`/',
    commands: ['kubectl get jobs -l remarkable.com/trigger=request'],
  },
  {
    by: 'test/cluster/command-line-run.test.ts',
    as: "kubectl(['create', 'token', 'few', '-n', namespace, '--duration', '1h'])",
    commands: ['TOKEN=$(kubectl create token my-app-ci --duration 10m)'],
  },
  {
    by: 'test/support/embedded/test/kubectl.test.ts',
    as: "kubectl('describe', 'job', 'check')",
    commands: ['kubectl describe job'],
  },
  {
    by: 'test/support/embedded/test/kubectl.test.ts',
    as: "kubectl('logs', 'job/check')",
    commands: ['kubectl logs job/…', 'kubectl logs job/e2e-blue-green-64fc58645b -n shop'],
  },
  {
    by: 'test/function/deployed/demo.test.ts',
    as: "kubectl('describe', 'canary'",
    commands: ['kubectl describe canary'],
  },
  {
    by: 'test/function/deployed/demo.test.ts',
    as: "kubectl('explain', 'e2especs.spec')",
    commands: ['kubectl explain e2especs.spec'],
  },
  {
    by: 'test/function/deployed/demo.test.ts',
    as: "'examples/demo/demo.ts', '--keep'",
    commands: ['npm run demo -- --keep'],
  },
  {
    by: 'test/cluster/manual-gates.test.ts',
    as: "kubectl(['logs', '-n', home, '-l', 'app=e2e-verifier'",
    commands: ['kubectl logs -l app=e2e-verifier'],
  },
  {
    by: 'test/docs/call-it-yourself.test.ts',
    page: 'docs/troubleshooting.md',
    sections: { 'Call it yourself': "split('### Call it yourself" },
  },
  {
    by: 'test/function/deployed/status.test.ts',
    as: 'start(built.bundle, { KUBECONFIG: kubernetes.kubeconfig',
    commands: ['USE_IN_CLUSTER=false node dist/status.cjs'],
  },
];

const built: Group[] = [
  { by: '.ci/run', as: "part 'npm ci' npm ci", commands: ['npm ci'] },
  { by: '.ci/run', as: "part 'npm test' npm test", commands: ['npm test'] },
  { by: '.ci/run', as: "part 'npm run demo' npm run demo", commands: ['npm run demo'] },
  { by: '.ci/run', as: "part 'npm run test:cluster' npm run test:cluster", commands: ['npm run test:cluster'] },
  { by: '.ci/run', as: "part 'cluster down' npm run cluster down", commands: ['npm run cluster down'] },
  { by: '.ci/run', as: 'apt-get install', commands: ['apt-get install prometheus'] },
  { by: 'package.json', as: 'npm run lint && npm run build && node test/run/run.ts here', commands: ['npm run build'] },
  {
    by: 'test/function/deployed/package.test.ts',
    as: '/`npm ci && (npm install [^`]+)` in a clone/',
    commands: ['npm install --global --install-links .'],
  },
  {
    by: 'test/cluster/image.test.ts',
    as: "['--tag', 'dev.local/e2e-verifier:1', '--output', output",
    commands: [
      'node knative/build/image.ts',
      'npx node knative/build/image.ts --tag registry.example.com/e2e-verifier:0.2.0 --output image.tar',
    ],
  },
  {
    by: 'test/function/deployed/bundle.test.ts',
    as: '[accepts, bundle]',
    commands: ['node knative/build/accepts.ts dist/function-*.cjs'],
  },
  {
    by: 'test/faults/faults.test.ts',
    as: "process.env['FAULTS'] || '1/20'",
    commands: ['FAULTS=3/20 npm run test:faults'],
  },
  {
    by: 'test/faults/faults.test.ts',
    as: "process.env['FAULTS_ONLY']",
    commands: ["FAULTS_ONLY='get jobs: 410' npm run test:faults"],
  },
  {
    by: 'test/function/model.test.ts',
    as: "process.env['MODEL_RUNS'] || 300",
    commands: ['npm run test:model', 'MODEL_RUNS=50000 npm run test:model'],
  },
  {
    by: 'test/cluster/overlays.test.ts',
    as: "importFunction('dev.local/e2e-verifier:0.2.0')",
    commands: ['ctr --namespace k8s.io images import image.tar'],
  },
];

const onDemand: Group[] = [
  { onDemand: 'docs/architecture.md', lastRun: 'in some 25,000 cases', commands: ['npm run test:faults'] },
  { onDemand: 'docs/architecture.md', lastRun: '26 November 2026, 2 shared cores', commands: ['npm run test:bounds'] },
  {
    onDemand: 'docs/architecture.md',
    lastRun: '38,828 annotations on 27 November 2026',
    commands: ['npm run gate-races'],
  },
  {
    onDemand: 'docs/architecture.md',
    lastRun: '| on 26 November 2026, 2 cores that others shared | 42 minutes',
    commands: ['npm run test:soak -- --canaries 6 --minutes 15'],
  },
  {
    onDemand: 'docs/architecture.md',
    lastRun: '--unit` on 27 November 2026',
    commands: ['npm run test:mutation -- --unit', 'npm run test:mutation -- verdict run'],
  },
  { onDemand: 'test/bench/RESULTS.md', lastRun: '`npm run bench`, 2026-', commands: ['npm run bench'] },
  {
    onDemand: 'docs/compatibility.md',
    lastRun: '| 1.36.3 | 1.41.0 | 0.49.0 |',
    commands: ['npm run matrix', 'npm run cluster up -- --kubernetes 1.36.3 --flagger 1.41.0 --knative 0.49.0'],
  },
  { onDemand: 'docs/fleet.md', lastRun: 'On 27 November 2026, on the', commands: ['npm run test:queue --'] },
  {
    onDemand: 'docs/monitoring.md',
    lastRun: 'On 2026-11-27, with a scrape every 3 s',
    commands: ['npm run test:monitoring', 'kubectl apply -k knative/monitoring'],
  },
  {
    onDemand: 'docs/from-the-load-tester.md',
    lastRun: '(`npm run test:tasks`), on 2026-11-27',
    commands: ['npm run test:tasks'],
  },
  {
    onDemand: 'docs/install.md',
    lastRun: '| 27 November 2026, embedded API |',
    commands: ['npm run test:versions -- COMMIT'],
  },
  { onDemand: 'docs/wire.md', lastRun: '<!-- alerts -->', commands: ['npm run alert-table'] },
];

const notRun: Group[] = [
  {
    notRun: 'there is neither a container engine nor a registry',
    commands: [
      'docker build -f knative/Dockerfile -t registry.example.com/e2e-verifier:0.2.0 .',
      'docker push registry.example.com/e2e-verifier:0.2.0',
      'docker buildx build -f knative/Dockerfile --platform linux/amd64,linux/arm64 --tag registry.example.com/e2e-verifier:0.2.0 --push .',
      'docker load --input image.tar',
      'docker run --rm -v "$PWD:/work:ro" -w /work registry.example.com/e2e-verifier:0.2.0 /app/cli.cjs lint canary.yaml',
      'kind load image-archive image.tar',
      'skopeo copy docker-archive:image.tar docker://registry.example.com/e2e-verifier:0.2.0',
      'func deploy --registry registry.example.com/my-team --namespace default',
    ],
  },
  {
    notRun: 'it asks registries; pins.test.ts runs what it does at a double of one',
    commands: ['npm run pins'],
  },
  {
    notRun: 'there is no chart with Canaries, and no program of Flux; cli.test.ts runs lint at the end of a pipe',
    commands: [
      'helm template CHART | kubectl e2e lint -',
      'kustomize build FOLDER | flux envsubst | kubectl e2e lint -',
    ],
  },
  {
    notRun: 'the test cluster has this setting from the start',
    commands: [
      `kubectl patch configmap config-network -n knative-serving --type merge -p '{"data":{"mesh-compatibility-mode":"disabled"}}'`,
      'kubectl rollout restart deployment activator -n knative-serving',
    ],
  },
  {
    notRun: 'the images of Prometheus and Alertmanager cannot be pulled: both are processes beside the test cluster',
    commands: [
      'kubectl -n monitoring port-forward svc/e2e-prometheus 9090',
      'kubectl -n monitoring exec deploy/e2e-alertmanager -- wget -qO- http://127.0.0.1:9093/api/v2/alerts',
    ],
  },
  {
    notRun: 'the page runs there as a Knative Service, and as a Deployment is only taken by the API server',
    commands: ['kubectl -n default port-forward deployment/e2e-status 8080'],
  },
  { notRun: 'there is no mesh', commands: ['kubectl label namespace knative-serving istio-injection=enabled'] },
  {
    notRun: 'the words are from the source of Flagger',
    commands: ["kubectl logs -n flagger-system deploy/flagger --since=1h | grep 'alert provider'"],
  },
  {
    notRun: 'of Flux there is the kustomize-controller alone',
    commands: ['flux suspend kustomization NAME'],
  },
  {
    notRun: 'the namespace goes with what func has deployed',
    commands: ['func delete e2e-verifier -n default'],
  },
];

export const groups: Group[] = [...sections, ...commandLine, ...installed, ...used, ...built, ...onDemand, ...notRun];

/**
 * What is made from files of knative/monitoring/: the PrometheusRule and the chart's copy of the rules, and the values that give
 * kube-prometheus-stack what ../monitoring/kube-state-metrics has. As text, so that the comments stay.
 */
import { parseAllDocuments, stringify } from 'yaml';

interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const made = (source: string) => `# Made from ${source} by \`npm run generate\`.\n`;

function withoutHead(text: string): string {
  return text.replace(/^(#.*\n)+/, '');
}

function indented(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(by));
}

/** `rules`: the text of a file that Prometheus reads. */
export function prometheusRule(rules: string): string {
  const head = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: e2e-verifier
  labels:
    app.kubernetes.io/name: e2e-verifier
spec:
`;
  return made('knative/monitoring/prometheus/rules.yaml') + head + indented(withoutHead(rules), 2);
}

/** A chart reads no file outside of its folder. */
export function copyOfRules(rules: string): string {
  return made('knative/monitoring/prometheus/rules.yaml') + withoutHead(rules);
}

/** `config`: of CustomResourceState; `rights`: the manifests of a kube-state-metrics that has those which it needs. */
export function stackValues(config: string, rights: string): string {
  const extraRules = rulesOf(rights).filter(({ apiGroups }) => !apiGroups.includes('apps'));
  const head = `# helm upgrade kube-prometheus-stack ... --reuse-values -f kube-prometheus-stack.values.yaml
kube-state-metrics:
  rbac:
    extraRules:
${indented(stringify(extraRules), 6)}  customResourceState:
    enabled: true
    config:
`;
  return made('knative/monitoring/custom-resource-state/config.yaml') + head + indented(withoutHead(config), 6);
}

function rulesOf(manifests: string): PolicyRule[] {
  const role = parseAllDocuments(manifests).find((document) => document.get('kind') === 'ClusterRole');
  const rules: unknown = role?.toJS().rules;
  if (!Array.isArray(rules)) throw new Error('no ClusterRole');
  return rules;
}

/**
 * Part of `npm run generate`: writes the table of docs/reasons.md from function/api/reasons.ts, and
 * what of the Helm chart and of knative/monitoring/ is made from other files.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { kubernetesReasons, ownReasons } from '../../function/api/reasons.ts';
import { crdTemplate, valuesOf } from './chart.ts';
import { copyOfRules, prometheusRule, stackValues } from './monitoring.ts';

const at = (path: string) => new URL(`../../${path}`, import.meta.url);

type Row = readonly string[];

function table(head: Row, rows: Row[]): string {
  const line = (cells: Row) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function reasonsTable(): string {
  const rows = Object.entries({ ...kubernetesReasons, ...ownReasons }).map(
    ([reason, { meaning, verdict, matter, action }]) => [`\`${reason}\``, meaning, verdict, matter, action],
  );
  return table(['reason', 'meaning', 'verdict', 'for whom', 'what to do'], rows);
}

function valuesTable(): string {
  const rows = valuesOf(readFileSync(at('knative/chart/values.yaml'), 'utf8')).map(({ path, fallback, comment }) => [
    `\`${path}\``,
    `\`${JSON.stringify(fallback)}\``,
    comment,
  ]);
  return table(['value', 'default', 'meaning'], rows);
}

const tables = [
  { file: 'docs/reasons.md', name: 'reasons', text: reasonsTable },
  { file: 'knative/chart/README.md', name: 'values', text: valuesTable },
] as const;

/** Each document with its tables as they have to be, and each file that is made whole. */
export function documents(): { file: string; text: string }[] {
  const read = (file: string) => readFileSync(at(file), 'utf8');
  const monitoring = (file: string) => read(`knative/monitoring/${file}`);
  const values = stackValues(
    monitoring('custom-resource-state/config.yaml'),
    monitoring('kube-state-metrics/rbac.yaml'),
  );
  const filled = tables.map(({ file, name, text }) => {
    const between = new RegExp(`(<!-- ${name} -->\n\n)[^]*?(\n\n<!-- /${name} -->)`);
    return { file, text: read(file).replace(between, (_, open, close) => open + text() + close) };
  });
  return [
    ...filled,
    { file: 'knative/chart/templates/crd.yaml', text: crdTemplate(read('crds/e2especs.yaml')) },
    { file: 'knative/chart/files/rules.yaml', text: copyOfRules(monitoring('prometheus/rules.yaml')) },
    { file: 'knative/monitoring/prometheusrule.yaml', text: prometheusRule(monitoring('prometheus/rules.yaml')) },
    { file: 'knative/monitoring/kube-prometheus-stack.values.yaml', text: values },
  ];
}

if (import.meta.main) for (const { file, text } of documents()) writeFileSync(at(file), text);

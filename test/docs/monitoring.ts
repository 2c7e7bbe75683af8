/**
 * knative/monitoring/ as the tests read it: the rules, what kube-state-metrics makes of objects, the dashboard's queries.
 */
import { at, parse, read } from '../support/documents.ts';

export const folder = 'knative/monitoring';
export const rulesFile = `${folder}/prometheus/rules.yaml`;

export interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

interface Family {
  name: string;
  help: string;
  each: { [type: string]: unknown };
  labelsFromPath?: Record<string, string[]>;
}

export interface ResourceState {
  groupVersionKind: { group: string; version: string; kind: string };
  metricNamePrefix: string;
  labelsFromPath: Record<string, string[]>;
  metrics: Family[];
}

export interface Panel {
  id: number;
  title: string;
  description: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { expr: string; datasource: { uid: string } }[];
}

export const [rulesDocument] = parse(read(rulesFile));
const groups = at(rulesDocument, 'groups') as { name: string; rules: Rule[] }[];
export const rules = groups.flatMap((group) => group.rules);
export const alerts = rules.filter(({ alert }) => alert !== undefined);
export const recorded = rules.flatMap(({ record }) => record ?? []);

export const [states] = parse(read(`${folder}/custom-resource-state/config.yaml`));
export const kinds = at(states, 'spec', 'resources') as ResourceState[];

export const dashboard = JSON.parse(read(`${folder}/dashboard/dashboard.json`)) as {
  panels: Panel[];
  templating: { list: { name: string }[] };
};
export const queries = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ title, expr: expr.replaceAll('$namespace', '.*') })),
);

/**
 * Who is told: a receiver in the cluster for the alerts of Flagger, and what it got of a rollout. It stands for Slack; each
 * severity of `analysis.alerts` has an AlertProvider and a path of its own.
 * https://docs.flagger.app/usage/alerting
 */
import { at } from '../support/documents.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { kubectl } from './kubectl.ts';
import { patiently } from './patience.ts';
import { scriptedServer } from './scripted-server.ts';

/** `none`: an entry that names none, which its definition calls info. */
export const severities = ['error', 'warn', 'info', 'none'] as const;
export type Severity = (typeof severities)[number];

export interface Alert {
  /** `{name}.{namespace}` of the Canary. */
  canary: string;
  /** Of the entry of `analysis.alerts` that it came through. */
  severity: Severity;
  at: Date;
  /** Slack's `danger` is red, `good` green. */
  color: string;
  text: string;
}

export interface Receiver {
  /** For `spec.analysis.alerts` of a Canary in any namespace: an entry of each severity. */
  entries: object[];
  /** Where what is sent counts as that of an entry of this severity. */
  address(severity: Severity): string;
  /** All so far, in the order in which they came. */
  received(): Promise<Alert[]>;
}

const name = 'alerts';

const receive = `
require('node:http').createServer((request, response) => {
  let body = '';
  request.on('data', (part) => { body += part; });
  request.on('end', () => {
    if (request.method === 'POST')
      console.log(JSON.stringify({ at: new Date(), severity: request.url.slice(1), body: JSON.parse(body) }));
    response.end();
  });
}).listen(8080);`;

/** Goes with its namespace. */
export async function startReceiver(kubernetes: Kubernetes): Promise<Receiver> {
  const namespace = await kubernetes.namespace();
  for (const object of objects(namespace)) await kubernetes.apply(object);
  await kubectl(['wait', `pod/${name}`, '-n', namespace, '--for=condition=Ready', patiently]);
  return {
    entries: severities.map((severity) => ({
      name: severity,
      ...(severity !== 'none' && { severity }),
      providerRef: { name: severity, namespace },
    })),
    address: (severity) => addressIn(namespace, severity),
    async received() {
      const log = await kubectl(['logs', name, '-n', namespace]);
      return log.split('\n').filter(Boolean).map(alertOf);
    },
  };
}

function addressIn(namespace: string, severity: Severity): string {
  return `http://${name}.${namespace}/${severity}`;
}

function objects(namespace: string): KubernetesObject[] {
  return [
    ...scriptedServer(name, namespace, receive),
    ...severities.map((severity) => ({
      apiVersion: 'flagger.app/v1beta1',
      kind: 'AlertProvider',
      metadata: { name: severity, namespace },
      spec: { type: 'slack', channel: 'rollouts', address: addressIn(namespace, severity) },
    })),
  ];
}

function alertOf(line: string): Alert {
  const said: unknown = JSON.parse(line);
  const message = at(said, 'body', 'attachments', 0);
  const severity = severities.find((each) => each === at(said, 'severity'));
  if (severity === undefined) throw new Error(`no alert of ours: ${line}`);
  return {
    canary: String(at(message, 'author_name')),
    severity,
    at: new Date(String(at(said, 'at'))),
    color: String(at(message, 'color')),
    text: String(at(message, 'text')),
  };
}

/** Those of one Canary. Flagger sends what it says of a rollback before the phase is Failed. */
export async function alertsOf(receiver: Receiver, canary: string): Promise<Alert[]> {
  return (await receiver.received()).filter((alert) => alert.canary === canary);
}

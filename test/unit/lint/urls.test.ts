/**
 * Where webhooks lead: a slip in a URL is named, with the right one to be pasted, and of other receivers nothing is said.
 */
import assert from 'node:assert/strict';
import type { Canary, Webhook } from '../../../function/api/canary.ts';
import { ownWebhooks } from '../../../function/flagger/webhooks.ts';
import {
  canary,
  elsewhere,
  findings,
  hook,
  inputWith,
  preRollout,
  promotion,
  rollback,
  rollout,
  url,
  weights,
} from './canary-fixture.ts';

const at = (base: string, ...webhooks: Webhook[]): Webhook[] =>
  webhooks.map((webhook) => ({ ...webhook, url: webhook.url.replace('http://e2e-verifier.default', base) }));
const preflight = hook('confirm-rollout', '/confirm-rollout');

const fine: { what: string; webhooks: Webhook[] }[] = [
  {
    what: 'every form of the verifier’s name, and slashes too many',
    webhooks: [
      { ...preRollout, url: 'http://E2E-Verifier.default.svc.cluster.local:80//pre-rollout/?a=b' },
      { ...rollback, url: 'http://user:secret@e2e-verifier.default.svc/rollback/' },
      { ...promotion, url: 'http://e2e-verifier.default/confirm-promotion/' },
    ],
  },
  {
    what: 'Knative’s name of the verifier outside of the cluster beside the one inside',
    webhooks: [preRollout, ...at('https://e2e-verifier.default.example.com', rollback)],
  },
  ...['svc', 'svc.cluster.local', 'svc.k8s.example.com'].map((tail) => ({
    what: `the verifier’s name beside one with ${tail}`,
    webhooks: [preRollout, ...at(`http://e2e-verifier.default.${tail}`, rollback)],
  })),
  ...['example.com', 'svc.example.com', '10.1.2.3.sslip.io', 'src.example.com', 'dev', 'local', 'cluster.dev'].map(
    (domain) => ({
      what: `Knative’s name of the verifier outside of the cluster, in ${domain}, beside the one inside`,
      webhooks: [preRollout, ...at(`http://e2e-verifier.default.${domain}`, rollback)],
    }),
  ),
  {
    what: 'a domain of the cluster’s own in two of three',
    webhooks: [preflight, ...at('http://e2e-verifier.default.svc.cluster.lan', preRollout, rollback)],
  },
  {
    what: 'a domain of the cluster’s own in all',
    webhooks: at('http://e2e-verifier.default.svc.cluster.lan', preRollout, rollback),
  },
  { what: 'a port that all have', webhooks: at('http://e2e-verifier.default:8080', preRollout, rollback) },
  { what: 'a name without a namespace that all have', webhooks: at('http://e2e-verifier', preRollout, rollback) },
  { what: 'https at an IP address', webhooks: at('https://10.1.2.3', preRollout, rollback) },
  { what: 'https at a gateway', webhooks: at('https://gw.example.com/e2e', preRollout, rollback) },
  {
    what: 'https inside the cluster where nothing is verified',
    webhooks: at('https://e2e-verifier.default', preRollout, rollback).map((each) => ({ ...each, disableTLS: true })),
  },
  ...['my-e2e-verifier.tools', 'e2e-verifier-v2.tools', 'e2e.tools', 'verifier.e2e', '10.1.2.3:8080', 'localhost'].map(
    (host) => ({ what: `another name that all have: ${host}`, webhooks: at(`http://${host}`, preRollout, rollback) }),
  ),
  {
    what: 'hooks of others behind the same gateway',
    webhooks: [
      elsewhere('event', 'https://gw.example.com/slack/webhook'),
      elsewhere('event', 'https://gw.example.com/slack/event', { name: 'events' }),
      elsewhere('event', 'https://gw.example.com/api/events', { name: 'more events' }),
      elsewhere('rollout', 'https://gw.example.com/load', { name: 'load' }),
      elsewhere('post-rollout', 'https://gw.example.com/chat/post-rollout', { name: 'chat' }),
      elsewhere('rollback', 'https://gw.example.com/switch/rollback', { name: 'by hand' }),
      ...at('https://gw.example.com/e2e', preRollout, rollback),
    ],
  },
  {
    what: 'a hook of others at the root of the same gateway, where the verifier’s is there already',
    webhooks: [
      elsewhere('rollback', 'https://gw.example.com/rollback', { name: 'by hand' }),
      ...at('https://gw.example.com/e2e', preRollout, rollback),
    ],
  },
  {
    what: 'other words at Knative’s name of the verifier outside of the cluster',
    webhooks: [preRollout, rollback, elsewhere('post-rollout', 'https://e2e-verifier.default.example.com/tests')],
  },
  {
    what: 'other words at a host that is nearly the verifier’s',
    webhooks: [preRollout, rollback, elsewhere('post-rollout', 'http://e2e-verifer.default/tests')],
  },
  {
    what: 'a hook of others whose path is nearly the verifier’s, at a host that is not',
    webhooks: [preRollout, rollback, elsewhere('pre-rollout', 'http://tests.qa/prerollout')],
  },
  {
    what: 'a hook of others at an IP address',
    webhooks: [preRollout, rollback, elsewhere('rollback', 'http://10.1.2.3/rollback')],
  },
  {
    what: 'a hook of others in the cluster, where the verifier is at an IP address',
    webhooks: [
      ...at('http://10.1.2.3', preRollout, rollback),
      elsewhere('rollback', 'http://loadtester.test/rollback'),
    ],
  },
  ...[
    ['http://e2e.tools', 'https://e2e.shop.example.com'],
    ['https://e2e.shop.example.com', 'http://e2e.tools'],
  ].map(([own = '', theirs]) => ({
    what: `a hook of others at ${theirs}, where the verifier is at ${own}`,
    webhooks: [...at(own, preRollout, rollback), elsewhere('rollback', `${theirs}/rollback`)],
  })),
  {
    what: 'two gateways with different names',
    webhooks: [
      ...at('https://gw.example.com', preRollout, rollback),
      elsewhere('rollback', 'https://chat.example.org/rollback'),
    ],
  },
];

const right = 'http://e2e-verifier.default';

/** One webhook that is wrong among others that are not, and what is said of it. */
const slips: { what: string; wrong: Webhook; beside?: Webhook[]; says: string }[] = [
  ...[
    'http://e2e-verifer.default',
    'http://e2e-verifier.defualt',
    'http://e2e-verifier.staging',
    'http://e2e-verifier.default:8080',
    'https://e2e-verifier.default',
    'https://e2e-verifier.default:8443',
  ].map((base) => ({
    what: `another host, namespace, port or scheme: ${base}`,
    wrong: at(base, { ...preRollout, name: 'wrong' })[0] ?? preRollout,
    says: `it calls ${base}, and webhook confirm-rollout calls ${right}. Write url: ${right}/pre-rollout`,
  })),
  ...[
    'default.scv',
    'default.sv',
    'default.svcs',
    'default.cluster.local',
    'default.scv.cluster.local',
    'default.svc-cluster.local',
    'default.svc.cluster',
    'default.svc.clusterlocal',
    'default.svc.cluster.locl',
    'default.svc.cluster.lan',
    'default.svc.local',
    'default.scv:80',
  ].map((tail) => ({
    what: `another end of the host: ${tail}`,
    wrong: { ...preRollout, name: 'wrong', url: `http://e2e-verifier.${tail}/pre-rollout` },
    says: `it calls http://e2e-verifier.${tail.replace(':80', '')}, and webhook confirm-rollout calls ${right}. Write url: ${right}/pre-rollout`,
  })),
  {
    what: 'a slip in the end of the host, where but one has none',
    wrong: { ...preRollout, name: 'wrong', url: `${right}.svc.cluster.locl/pre-rollout` },
    beside: [rollback],
    says: `it calls ${right}.svc.cluster.locl, and webhook rollback calls ${right}. Write url: ${right}/pre-rollout`,
  },
  ...['default', 'default.svc.cluster.local'].map((tail) => ({
    what: `a dot at the end of the host: ${tail}.`,
    wrong: { ...preRollout, name: 'wrong', url: `http://e2e-verifier.${tail}./pre-rollout` },
    says: `it calls http://e2e-verifier.${tail}., which ends in a dot, and webhook confirm-rollout calls ${right}. Write url: ${right}/pre-rollout`,
  })),
  {
    what: 'another domain of the cluster',
    wrong: { ...preRollout, name: 'wrong', url: `${right}.svc.cluster.locl/pre-rollout` },
    beside: at(`${right}.svc.cluster.local`, preflight, rollback),
    says: `it calls ${right}.svc.cluster.locl, and webhook confirm-rollout calls ${right}.svc.cluster.local. Write url: ${right}.svc.cluster.local/pre-rollout`,
  },
  {
    what: 'a name without a namespace, where others have one',
    wrong: { ...preRollout, name: 'wrong', url: 'http://e2e-verifier/pre-rollout' },
    says: `it calls http://e2e-verifier, which is looked up in Flagger's own namespace, and webhook confirm-rollout calls ${right}. Write url: ${right}/pre-rollout`,
  },
  {
    what: 'a prefix that others do not have',
    wrong: { ...preRollout, name: 'wrong', url: `${right}/e2e/pre-rollout` },
    says: `what stands before /pre-rollout is not what stands there in webhook confirm-rollout. Write url: ${right}/pre-rollout`,
  },
  {
    what: 'a user, a password and a query, which are not told',
    wrong: { ...preRollout, name: 'wrong', url: 'http://us3r:s3cret@e2e-verifer.default/pre-rollout?s3cret=1#s3cret' },
    says: `it calls http://e2e-verifer.default, and webhook confirm-rollout calls ${right}. Write url: ${right}/pre-rollout (and keep its user and its query)`,
  },
  ...['/prerollout', '/pre_rollout', '/Pre-Rollout', '/pre-rollouts', '/e2e/preRollout/', '/pre-rolout'].map(
    (path) => ({
      what: `a path that is nearly /pre-rollout: ${path}`,
      wrong: { ...preRollout, name: 'wrong', url: url(path) },
      says: `${path.replace(/^\/e2e|\/$/g, '')} is not a path of the verifier. Write url: ${right}/pre-rollout`,
    }),
  ),
  ...[
    ['/pre-rolout', '/pre-rolout is not a path of the verifier'],
    ['/pre-rollout/podinfo', 'words follow /pre-rollout'],
    ['/gate/pre-rollout', "what stands before /pre-rollout is a word of the verifier's own"],
  ].map(([path = '', why]) => ({
    what: `a rollback hook at a path that is nearly a gate’s: ${path}`,
    wrong: { ...rollback, name: 'wrong', url: url(path) },
    beside: [preRollout],
    says: `${why}. Write url: ${right}/rollback`,
  })),
  ...['/pre-rollout/podinfo', '/pre-rollout/v1/run'].map((path) => ({
    what: `words after the path: ${path}`,
    wrong: { ...preRollout, name: 'wrong', url: url(path) },
    says: `words follow /pre-rollout. Write url: ${right}/pre-rollout`,
  })),
  {
    what: 'too many words after the path',
    wrong: { ...preRollout, name: 'wrong', url: url('/pre-rollout/a/b/c') },
    says: `/c is not a path of the verifier. Write url: ${right}/pre-rollout`,
  },
  {
    what: 'a prefix in a second gate at the same path',
    wrong: { ...preRollout, name: 'wrong', url: `${right}/e2e/pre-rollout`, metadata: { suite: 'smoke' } },
    beside: [preflight, preRollout, rollback],
    says: `what stands before /pre-rollout is not what stands there in webhook confirm-rollout. Write url: ${right}/pre-rollout`,
  },
  {
    what: 'a path that is nearly a hook’s behind two words of a gateway',
    wrong: { ...preRollout, name: 'wrong', url: 'https://gw.example.com/team/e2e/pre-rolout' },
    beside: at('https://gw.example.com/team/e2e', preflight, rollback),
    says: '/pre-rolout is not a path of the verifier. Write url: https://gw.example.com/team/e2e/pre-rollout',
  },
  {
    what: 'a namespace that others have in other forms',
    wrong: { ...preRollout, name: 'wrong', url: 'http://e2e-verifier.staging/pre-rollout' },
    beside: [...at(`${right}.svc`, preflight), rollback],
    says: `it calls http://e2e-verifier.staging, and webhook confirm-rollout calls ${right}.svc. Write url: ${right}.svc/pre-rollout`,
  },
  {
    what: 'a hook’s path behind a word of the verifier’s own',
    wrong: { ...preRollout, name: 'wrong', url: url('/gate/pre-rollout') },
    says: `what stands before /pre-rollout is a word of the verifier's own. Write url: ${right}/pre-rollout`,
  },
  {
    what: 'a slip in the host and in the path',
    wrong: { ...preRollout, name: 'wrong', url: 'http://e2e-verifer.default/prerollout' },
    says: `/prerollout is not a path of the verifier. Write url: ${right}/pre-rollout`,
  },
  ...['/', '/tests', ''].map((path) => ({
    what: `a path of the verifier’s host that is no hook at all: "${path}"`,
    wrong: { ...preRollout, name: 'wrong', url: url(path) },
    says: `${path || '/'} is not a path of the verifier. Write url: ${right}/pre-rollout`,
  })),
  ...['/pre-rollout', 'e2e-verifier.default/pre-rollout', 'http:///pre-rollout/', ` ${right}/pre-rollout?a=b`].map(
    (wrong) => ({
      what: `a URL that Flagger cannot call: "${wrong}"`,
      wrong: { ...preRollout, name: 'wrong', url: wrong },
      says: `Flagger cannot call its URL. Write url: ${right}/pre-rollout`,
    }),
  ),
  ...['e2e-verifier.default', `http:/e2e-verifier.default`, ` ${right}/`, 'htp://e2e-verifier.default/pre-rolout'].map(
    (wrong) => ({
      what: `a URL that Flagger cannot call, and that has no hook’s path: "${wrong}"`,
      wrong: { ...preRollout, name: 'wrong', url: wrong },
      says: `Flagger cannot call its URL. Write url: ${right}/pre-rollout`,
    }),
  ),
  ...['/rollback ', '/roll back', '/ ', ' /rollback', '/rolback ', '/pre-rollout ', ''].map((path) => ({
    what: `a rollback hook’s URL that Flagger cannot call: ${path}`,
    wrong: { ...rollback, name: 'wrong', url: path === '' ? 'e2e-verifier.default' : url(path) },
    beside: [preRollout],
    says: `Flagger cannot call its URL. Write url: ${right}/rollback`,
  })),
  ...['/confirm-rollout ', '/confirm rollout', '/ '].map((path) => ({
    what: `a confirm-rollout hook’s URL that Flagger cannot call: ${path}`,
    wrong: { ...preflight, name: 'wrong', url: url(path) },
    beside: [preRollout, rollback],
    says: `Flagger cannot call its URL. Write url: ${right}/confirm-rollout`,
  })),
  ...['', '//chat.ops', 'http://chat.ops/roll back', 'https://gw.example.com/x/rollback '].map((wrong) => ({
    what: `a rollback hook’s URL that Flagger cannot call, and that may be somebody else’s: ${wrong}`,
    wrong: { ...rollback, name: 'wrong', url: wrong },
    beside: [preRollout, rollback],
    says: 'Flagger cannot call its URL. Write it out, as http://e2e-verifier.default/rollback',
  })),
  ...['', '//s3cret', 's3cret/pre-rollout'].map((wrong) => ({
    what: `a URL that Flagger cannot call, and that is nobody’s: "${wrong}"`,
    wrong: { ...preRollout, name: 'wrong', url: wrong },
    beside: [preRollout, rollback],
    says: 'Flagger cannot call its URL. Write it out, as http://e2e-verifier.default/pre-rollout',
  })),
  {
    what: 'a slip in the host of a gateway',
    wrong: { ...preRollout, name: 'wrong', url: 'https://gw.exmaple.com/e2e/pre-rollout' },
    beside: at('https://gw.example.com/e2e', preflight, rollback),
    says: 'it calls https://gw.exmaple.com, and webhook confirm-rollout calls https://gw.example.com. Write url: https://gw.example.com/e2e/pre-rollout',
  },
  {
    what: 'http at a gateway, which sends Flagger on with a GET',
    wrong: { ...preRollout, name: 'wrong', url: 'http://gw.example.com/e2e/pre-rollout' },
    beside: at('https://gw.example.com/e2e', preflight, rollback),
    says: 'it calls http://gw.example.com, and webhook confirm-rollout calls https://gw.example.com. Write url: https://gw.example.com/e2e/pre-rollout',
  },
  {
    what: 'a gateway’s prefix that was forgotten',
    wrong: { ...preRollout, name: 'wrong', url: 'https://gw.example.com/pre-rollout' },
    beside: at('https://gw.example.com/e2e', preflight, { ...promotion, name: 'later' }, rollback),
    says: 'what stands before /pre-rollout is not what stands there in webhook confirm-rollout. Write url: https://gw.example.com/e2e/pre-rollout',
  },
  {
    what: 'a path that is nearly a hook’s at a gateway',
    wrong: { ...preRollout, name: 'wrong', url: 'https://gw.example.com/e2e/prerollout' },
    beside: at('https://gw.example.com/e2e', preflight, rollback),
    says: '/prerollout is not a path of the verifier. Write url: https://gw.example.com/e2e/pre-rollout',
  },
  {
    what: 'a slip in an IP address',
    wrong: { ...preRollout, name: 'wrong', url: 'http://10.1.2.4/pre-rollout' },
    beside: at('http://10.1.2.3', preflight, rollback),
    says: 'it calls http://10.1.2.4, and webhook confirm-rollout calls http://10.1.2.3. Write url: http://10.1.2.3/pre-rollout',
  },
  {
    what: 'a path that is no hook where the verifier has an IP address',
    wrong: { ...preRollout, name: 'wrong', url: 'http://10.1.2.3:8080/tests' },
    beside: at('http://10.1.2.3:8080', preflight, rollback),
    says: '/tests is not a path of the verifier. Write url: http://10.1.2.3:8080/pre-rollout',
  },
  {
    what: 'another namespace with a short name',
    wrong: { ...preRollout, name: 'wrong', url: 'http://e2e.staging/pre-rollout' },
    beside: at('http://e2e.default', preflight, rollback),
    says: 'it calls http://e2e.staging, and webhook confirm-rollout calls http://e2e.default. Write url: http://e2e.default/pre-rollout',
  },
];

/** Slips that the other webhooks do not decide. */
const doubtful: { what: string; webhooks: Webhook[]; says: string[] }[] = [
  {
    what: 'two namespaces, one for each webhook',
    webhooks: [{ ...preRollout, url: 'http://e2e-verifier.staging/pre-rollout' }, rollback],
    says: [
      `rollback: it calls ${right}, and webhook pre-rollout calls http://e2e-verifier.staging. One of them is wrong; if it is this one, write url: http://e2e-verifier.staging/rollback`,
    ],
  },
  {
    what: 'two ports, one for each webhook',
    webhooks: [preRollout, ...at('http://e2e-verifier.default:8080', rollback)],
    says: [
      `rollback: it calls ${right}:8080, and webhook pre-rollout calls ${right}. One of them is wrong; if it is this one, write url: ${right}/rollback`,
    ],
  },
  {
    what: 'a slip in the verifier’s usual name, in two of three',
    webhooks: [...at('http://e2e-verifer.default', preflight, preRollout), rollback],
    says: ['confirm-rollout', 'pre-rollout'].map(
      (type) =>
        `${type}: it calls http://e2e-verifer.default, and webhook rollback calls ${right}. Write url: ${right}/${type}`,
    ),
  },
  {
    what: 'two ports, one for each webhook, beside a third with https',
    webhooks: [preRollout, ...at(`${right}:8080`, rollback), ...at('https://e2e-verifier.default', preflight)],
    says: [
      `rollback: it calls ${right}:8080, and webhook pre-rollout calls ${right}. One of them is wrong; if it is this one, write url: ${right}/rollback`,
      `confirm-rollout: it calls https://e2e-verifier.default, and webhook pre-rollout calls ${right}. One of them is wrong; if it is this one, write url: ${right}/confirm-rollout`,
    ],
  },
  {
    what: 'slips of several kinds, in the order of the webhooks',
    webhooks: [
      { ...preRollout, url: 'http://e2e-verifier.staging/pre-rollout' },
      hook('confirm-rollout', '/confirm-rolout'),
      hook('post-rollout', '/post-rollout'),
      rollback,
      hook('event', '/events'),
    ],
    says: [
      `pre-rollout: it calls http://e2e-verifier.staging, and webhook post-rollout calls ${right}. Write url: ${right}/pre-rollout`,
      `confirm-rollout: /confirm-rolout is not a path of the verifier. Write url: ${right}/confirm-rollout`,
      `event: /events is not a path of the verifier. Write url: ${right}/event`,
    ],
  },
  {
    what: 'a path that is nearly a hook’s behind other words, in the only webhook',
    webhooks: [{ ...preRollout, url: url('/e2e/prerollout') }],
    says: [
      ': no rollback hook calls /rollback: a failed test ends the rollout only by the threshold, or never. Add one',
      'pre-rollout: /prerollout is not a path of the verifier. Call /pre-rollout',
    ],
  },
  {
    what: 'a prefix at Knative’s name of the verifier outside of the cluster, which may be anybody’s',
    webhooks: [preRollout, { ...rollback, url: 'https://e2e-verifier.default.example.com/x/rollback' }],
    says: [
      `: no rollback hook calls /rollback (that of webhook rollback is e2e-verifier.default.example.com's): a failed test ends the rollout only by the threshold, or never. Add one: type: rollback, url: ${right}/rollback`,
    ],
  },
  {
    what: 'https to a name inside the cluster, in two of three',
    webhooks: [preRollout, ...at('https://e2e-verifier.default', preflight, rollback)],
    says: ['confirm-rollout', 'rollback'].map(
      (type) =>
        `${type}: it calls https://e2e-verifier.default, and webhook pre-rollout calls ${right}. Write url: ${right}/${type}`,
    ),
  },
  {
    what: 'https to a name inside the cluster, in all',
    webhooks: at('https://e2e-verifier.default', preRollout, rollback),
    says: ['pre-rollout', 'rollback'].map(
      (type) =>
        `advice: ${type}: it calls https://e2e-verifier.default, and Flagger trusts a certificate for a name inside the cluster only if it was given the CA. Otherwise write url: ${right}/${type}`,
    ),
  },
  {
    what: 'URLs that Flagger cannot call, and no others',
    webhooks: [preRollout, rollback].map((each) => ({ ...each, url: `${each.url} ` })),
    says: ['pre-rollout', 'rollback'].map(
      (type) => `${type}: Flagger cannot call its URL. Write url: ${right}/${type}`,
    ),
  },
  {
    what: 'a URL that Flagger cannot call, of no type',
    webhooks: [preRollout, rollback, { name: 'typeless', url: 'not a url' }],
    says: ['typeless: Flagger cannot call its URL. Write it out'],
  },
  ...['scv', 'svc.cluster.locl:8080'].map((tail) => ({
    what: `a slip in the end of the host, in all: ${tail}`,
    webhooks: at(`${right}.${tail}`, preRollout, rollback),
    says: ['pre-rollout', 'rollback'].map(
      (type) =>
        `advice: ${type}: it calls ${right}.${tail}, and what follows the namespace is nearly svc.cluster.local. If that is a slip, write url: ${right}${tail.replace(/^[^:]*/, '')}/${type}`,
    ),
  })),
  {
    what: 'a slip in the end of the host, in two of three',
    webhooks: [preRollout, ...at(`${right}.scv`, preflight, rollback)],
    says: ['confirm-rollout', 'rollback'].map(
      (type) => `${type}: it calls ${right}.scv, and webhook pre-rollout calls ${right}. Write url: ${right}/${type}`,
    ),
  },
  {
    what: 'a dot at the end of the host, in all',
    webhooks: at(`${right}.:8080`, preRollout, rollback),
    says: ['pre-rollout', 'rollback'].map(
      (type) =>
        `advice: ${type}: it calls ${right}.:8080, which ends in a dot, and Knative's gateways may answer 404 then. Write url: ${right}:8080/${type}`,
    ),
  },
  ...['e2e-verifer', 'e2everifier', 'e2e-verifyer'].map((name) => ({
    what: `a slip in the verifier’s usual name, in all: ${name}`,
    webhooks: at(`http://${name}.default`, preRollout, rollback),
    says: ['pre-rollout', 'rollback'].map(
      (type) =>
        `advice: ${type}: it calls ${name}, which is nearly e2e-verifier, the verifier's usual name. If that is a slip, write url: ${right}/${type}`,
    ),
  })),
  {
    what: 'a path that is nearly a hook’s, in the only webhook',
    webhooks: [{ ...preRollout, url: url('/prerollout') }],
    says: [
      ': no rollback hook calls /rollback: a failed test ends the rollout only by the threshold, or never. Add one',
      `pre-rollout: /prerollout is not a path of the verifier. Write url: ${right}/pre-rollout`,
    ],
  },
  {
    what: 'a path that is no hook at all, of a type that nobody knows',
    webhooks: [preRollout, rollback, hook('smoke', '/tests'), hook('', '/tests', { name: 'typeless' })],
    says: [
      'smoke: /tests is not a path of the verifier. Call one that it has',
      'typeless: /tests is not a path of the verifier. Call one that it has',
    ],
  },
];

describe('The URLs of a Canary’s webhooks', () => {
  for (const { what, webhooks } of fine) {
    it(`are fine with ${what}`, () => assert.deepEqual(findings(canary(weights, webhooks)), []));
  }

  for (const { what, wrong, beside = [preflight, rollback], says } of slips) {
    it(`are told of ${what}, and which is right`, () => {
      assert.deepEqual(findings(canary(weights, [...beside, wrong])), [`wrong: ${says}`]);
    });
  }

  for (const { what, webhooks, says } of doubtful) {
    it(`are told of ${what}`, () => assert.deepEqual(findings(canary(weights, webhooks)), says));
  }

  const called = (host: string, path: string, webhooks: Webhook[]): string[] => {
    const subject: Canary = canary(weights, webhooks);
    const origin = { hosts: host.split(', '), path };
    const payload = { name: 'podinfo', namespace: 'test', phase: '', checksum: 'c', metadata: {} };
    return findings(subject, inputWith({}, { origin, own: ownWebhooks(subject, { payload, origin }) }));
  };

  it('are compared with the host by which the verifier was called, also in its end', () => {
    for (const tail of ['default.scv', 'default.svc.cluster', 'default.svc.cluster.lan', 'default.']) {
      const base = `http://e2e-verifier.${tail}`;
      for (const host of ['e2e-verifier.default', 'e2e-verifier.default.svc.cluster.local']) {
        const [found = '', ...others] = called(host, '/confirm-rollout', [
          preflight,
          rollback,
          ...at(base, preRollout),
        ]);
        assert.ok(found.startsWith(`pre-rollout: it calls ${base}, `), found);
        assert.ok(found.endsWith(`the verifier was called at ${right}. Write url: ${right}/pre-rollout`), found);
        assert.deepEqual(others, []);
      }
    }
  });

  it('are compared with the host by which the verifier was called, whatever most of them say', () => {
    const webhooks = [preflight, ...at('http://e2e-verifier.staging', preRollout, rollback)];
    const host = 'e2e-verifier.default';
    assert.deepEqual(
      called(host, '/confirm-rollout', webhooks),
      ['pre-rollout', 'rollback'].map(
        (type) =>
          `${type}: it calls http://e2e-verifier.staging, and the verifier was called at ${right}. Write url: ${right}/${type}`,
      ),
    );
    assert.deepEqual(called('e2e-verifier.staging', '/pre-rollout', webhooks), [
      `confirm-rollout: it calls ${right}, and the verifier was called at http://e2e-verifier.staging. Write url: http://e2e-verifier.staging/confirm-rollout`,
    ]);
  });

  it('are compared with the port of the call, and else with the webhook of its path', () => {
    const write = (type: string, base: string, other: string) =>
      `${type}: it calls ${base}, and the verifier was called at ${other}. Write url: ${other}/${type}`;
    const port = `${right}:8080`;
    assert.deepEqual(
      called('e2e-verifier.default:8080', '/pre-rollout', [preflight, preRollout, ...at(port, rollback)]),
      [write('confirm-rollout', right, port), write('pre-rollout', right, port)],
    );
    const https = 'https://e2e-verifier.default';
    assert.deepEqual(called('e2e-verifier.default', '/rollback', [...at(https, preflight, preRollout), rollback]), [
      write('confirm-rollout', https, right),
      write('pre-rollout', https, right),
    ]);
    for (const webhooks of [
      [...at(https, preRollout), rollback],
      [rollback, ...at(https, preRollout)],
    ])
      assert.deepEqual(called('10.1.2.3, e2e-verifier.default', '/rollback', webhooks), [
        write('pre-rollout', https, right),
      ]);
    assert.deepEqual(
      called('10.1.2.3, e2e-verifier.default:8080', '/pre-rollout', [preRollout, ...at(port, rollback)]),
      [write('pre-rollout', right, port)],
    );
  });

  it('are compared with each other where a gateway has changed the host of the call', () => {
    const webhooks = [
      ...at('https://gw.example.com/e2e', preflight, preRollout),
      ...at('http://gw.example.com/e2e', rollback),
    ];
    assert.deepEqual(called('10.1.2.3:8080', '/rollback', webhooks), [
      'rollback: it calls http://gw.example.com, and webhook confirm-rollout calls https://gw.example.com. Write url: https://gw.example.com/e2e/rollback',
    ]);
  });

  it('are compared with the port and the scheme of the webhook that has called', () => {
    const port = ':8080';
    const webhooks = [...at(`${right}${port}`, preflight), ...at('https://e2e-verifier.default', preRollout), rollback];
    const tell = (type: string, base: string) =>
      `${type}: it calls ${base}, and the verifier was called at ${right}${port}. Write url: ${right}${port}/${type}`;
    assert.deepEqual(called(`e2e-verifier.default${port}`, '/confirm-rollout', webhooks), [
      tell('pre-rollout', 'https://e2e-verifier.default'),
      tell('rollback', right),
    ]);
  });

  it('are fine as they are where the verifier has just been called by them, however unusual', () => {
    for (const base of ['https://e2e-verifier.default', 'http://e2e-verifer.default', 'http://e2e-verifier'])
      assert.deepEqual(called(new URL(base).host, '/pre-rollout', at(base, preRollout, rollback)), []);
    const gateway = at('https://gw.example.com/e2e', preRollout, rollback);
    for (const host of ['gw.example.com', '10.1.2.3:8080', 'e2e-verifier.default'])
      assert.deepEqual(called(host, '/pre-rollout', gateway), [], host);
  });

  it('are not repeated but for scheme, host and last word of one that is wrong', () => {
    const urls = [
      'https://u:s3cret@hooks.example.com/s3cret/webhook',
      'https://hooks.example.com/s3cret/webhooks?s3cret',
      '//s3cret',
      'https://u:s3cret@e2e-verifier.default/s3cret/pre-rollout?s3cret',
    ];
    for (const own of [[rollback], [], [preRollout, rollback], [rollout]]) {
      for (const type of ['pre-rollout', 'rollout', 'event']) {
        const found = findings(canary(weights, [...own, ...urls.map((each) => elsewhere(type, each))]));
        assert.ok(found.length > 0 && !found.join().includes('s3cret'), found.join('\n'));
      }
    }
  });
});

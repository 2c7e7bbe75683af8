/**
 * Refusals: status codes with and without the API server's own words, redirects, and when it wants to be asked again.
 */
import { changes, type Fault, failure, sayStatus, statusOf } from './fault.ts';

const codes = [400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 429, 500, 502, 503, 504];

const mute = { isMute: true } as const;

const plain: Fault[] = codes.flatMap((code): Fault[] => [
  { name: `${code}`, answer: sayStatus(code), ...((code === 401 || code === 429 || code >= 500) && mute) },
  {
    ...mute,
    name: `${code} as a page`,
    answer: (exchange) => exchange.say(code, `<html><h1>${code}</h1></html>`, { 'content-type': 'text/html' }),
  },
]);

const quota =
  'exceeded quota: jobs, requested: count/jobs.batch=1, used: count/jobs.batch=9, limited: count/jobs.batch=9';
const inWords: [code: number, what: string, reason: string | undefined, message: string][] = [
  [403, 'of admission', undefined, 'admission webhook "policy.test" denied the request: image is not signed'],
  [403, 'of a quota', undefined, `jobs.batch "e2e" is forbidden: ${quota}`],
  [409, 'AlreadyExists', 'AlreadyExists', 'jobs.batch "e2e" already exists'],
  [
    409,
    'of a quota',
    undefined,
    'Operation cannot be fulfilled on resourcequotas "jobs": the object has been modified',
  ],
  [400, 'without dry run', undefined, 'admission webhook "policy.test" does not support dry run'],
  [500, 'of a webhook', undefined, 'failed calling webhook "policy.test": context deadline exceeded'],
  [404, 'of a namespace', undefined, 'namespaces "test" not found'],
];
const words: Fault[] = inWords.map(([code, what, reason, message]) => ({
  name: `${code} ${what}`,
  answer: (exchange) => exchange.say(code, failure(code, message, {}, reason)),
}));

const notServed: Fault = {
  name: '404 page not found',
  answer: (exchange) => exchange.say(404, '404 page not found\n'),
};

const redirects: Fault[] = [301, 302, 307, 308].map((code) => ({
  ...mute,
  name: `${code} to another path`,
  answer: (exchange) => exchange.say(code, '', { location: '/strayed' }),
}));

const waits = ['0', '1', '60', '86400', '-1', '1e+21', 'Infinity', 'Wed, 21 Oct 2099 07:28:00 GMT', ''];
const later: Fault[] = waits.map((value, index) => {
  const code = index % 2 === 0 ? 429 : 503;
  return { ...mute, name: `${code} with Retry-After "${value}"`, answer: sayStatus(code, { 'retry-after': value }) };
});

/** The work is done, and nobody is told. */
const afterwards: Fault[] = [
  {
    name: '500 after the work',
    meets: changes,
    answer(exchange) {
      exchange.work();
      exchange.say(500, statusOf(exchange, 500));
    },
  },
  {
    name: '500 after the work, once',
    meets: changes,
    times: 1,
    answer(exchange) {
      exchange.work();
      exchange.say(500, statusOf(exchange, 500));
    },
  },
  {
    name: '504 as a page after the work',
    meets: changes,
    answer(exchange) {
      exchange.work();
      exchange.say(504, '<html>Gateway Time-out</html>');
    },
  },
  {
    name: '429 with Retry-After 1 after the work',
    meets: changes,
    answer(exchange) {
      exchange.work();
      exchange.say(429, statusOf(exchange, 429), { 'retry-after': '1' });
    },
  },
];

const once: Fault[] = [401, 429, 503].map((code) => ({
  ...mute,
  name: `${code} once`,
  times: 1,
  answer: sayStatus(code),
}));

export const statuses: Fault[] = [
  ...plain,
  ...words,
  notServed,
  ...redirects,
  ...later,
  ...afterwards.map((each) => ({ ...each, ...mute })),
  ...once,
];

/**
 * What networks and proxies do on the way: cut, close, stall, drip and flood.
 */
import { constants } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { changes, type Fault } from './fault.ts';
import type { Exchange } from './front.ts';

const { NGHTTP2_NO_ERROR, NGHTTP2_INTERNAL_ERROR, NGHTTP2_REFUSED_STREAM, NGHTTP2_CANCEL } = constants;

/** The beginning of the true answer, then the rest of the fault. */
const midBody = (then: (exchange: Exchange) => unknown) => async (exchange: Exchange) => {
  const { code, body } = exchange.work();
  const text = JSON.stringify(body);
  exchange.begin(code);
  await exchange.write(text.slice(0, Math.ceil(text.length / 2)));
  await then(exchange);
};

const reset = (exchange: Exchange) => exchange.reset();
const hangUp = (exchange: Exchange) => exchange.hangUp();

const drip = (pause: number) => async (exchange: Exchange) => {
  const { code, body } = exchange.work();
  const text = JSON.stringify(body);
  exchange.begin(code);
  const step = Math.ceil(text.length / 20);
  for (let at = 0; at < text.length && !exchange.isOver(); at += step) {
    await exchange.write(text.slice(at, at + step));
    await sleep(pause);
  }
  if (!exchange.isOver()) exchange.end();
};

const floodBytes = 4 * 1024 * 1024;

async function flood(exchange: Exchange): Promise<void> {
  const { code, body } = exchange.work();
  exchange.begin(code);
  const padding = ' '.repeat(1024 * 1024);
  for (let sent = 0; sent < floodBytes && !exchange.isOver(); sent += padding.length) {
    // A client that takes no more is not waited for.
    await Promise.race([exchange.write(padding), sleep(200)]);
  }
  if (exchange.isOver()) return;
  await exchange.write(JSON.stringify(body));
  exchange.end();
}

const all: Fault[] = [
  { name: 'a reset before the answer', answer: reset },
  { name: 'a reset before the answer, once', times: 1, answer: reset },
  { name: 'a refused stream', answer: (exchange) => exchange.reset(NGHTTP2_REFUSED_STREAM) },
  { name: 'a cancelled stream', answer: (exchange) => exchange.reset(NGHTTP2_CANCEL) },
  { name: 'a stream that is closed without an answer', answer: (exchange) => exchange.reset(NGHTTP2_NO_ERROR) },
  {
    name: 'a reset after the head',
    async answer(exchange) {
      exchange.begin(200);
      await sleep(5);
      exchange.reset();
    },
  },
  { name: 'a reset in the middle of the body', answer: midBody(reset) },
  { name: 'half a body', answer: midBody((exchange) => exchange.end()) },
  { name: 'a close before the answer', breaksConnection: true, answer: hangUp },
  { name: 'a close before the answer, once', breaksConnection: true, times: 1, answer: hangUp },
  { name: 'a close in the middle of the body', breaksConnection: true, answer: midBody(hangUp) },
  {
    name: 'a GOAWAY before the answer',
    breaksConnection: true,
    answer(exchange) {
      exchange.goAway(NGHTTP2_NO_ERROR);
      const { code, body } = exchange.work();
      exchange.say(code, body);
    },
  },
  {
    name: 'a GOAWAY with an error',
    breaksConnection: true,
    answer: (exchange) => exchange.goAway(NGHTTP2_INTERNAL_ERROR),
  },
  {
    name: 'a GOAWAY in the middle of the body, and a close',
    breaksConnection: true,
    answer: midBody(async (exchange) => {
      exchange.goAway(NGHTTP2_NO_ERROR);
      await sleep(5);
      exchange.hangUp();
    }),
  },
  { name: 'a body that drips, in time', answer: drip(2) },
  { name: 'a body that drips, too slowly', answer: drip(100) },
  { name: 'no answer at all', answer: () => undefined },
  { name: 'no answer to the first try', times: 1, answer: () => undefined },
  {
    name: 'no answer after the work',
    meets: changes,
    answer: (exchange) => {
      exchange.work();
    },
  },
  {
    name: 'a reset after the work',
    meets: changes,
    answer(exchange) {
      exchange.work();
      exchange.reset();
    },
  },
  { name: 'a body of 4 MiB', answer: flood },
];

export const transports: Fault[] = all.map((each) => ({ ...each, isMute: true }));

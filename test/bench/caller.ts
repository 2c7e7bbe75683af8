/**
 * A process that calls from where it is started, inside the cluster's network, and tells its parent how long it took.
 */
import { call } from './requests.ts';

export interface Order {
  address: string;
  host: string;
  path: string;
  body: string;
}

process.on('message', ({ address, host, path, body }: Order) => {
  // A socket of its own each time, as after Flagger's interval.
  call({ url: `http://${address}${path}`, options: { agent: false, headers: { Host: host } }, body }).then(
    (answered) => process.send?.(answered),
    (error) => process.send?.({ status: 0, body: String(error), took: 0 }),
  );
});
process.once('disconnect', () => process.exit());
process.send?.('ready');

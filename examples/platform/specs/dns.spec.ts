// DNS, asked from a pod: its servers may be up, and not answer.
import { resolve4, resolve6 } from 'node:dns/promises';
import { isInside } from './nodes.ts';
import { Problem } from './problem.ts';
import { settings } from './settings.ts';
import { statsd } from './statsd.ts';
import { suite } from './suite.ts';

const { dnsName } = settings;

// No namespace, and nothing is made.
suite('dns', { begin: async () => {} }, (step) => {
  step('Attempt to resolve name', async (test) => {
    if (!isInside(test)) return;
    try {
      await Promise.any([resolve4(dnsName), resolve6(dnsName)]);
      statsd.dns('healthy');
    } catch (error) {
      // Of IPv4; that of IPv6 says the same in a cluster that has none.
      const [{ code, message }] = (error as { errors: [{ code: string; message: string }] }).errors;
      statsd.dns(code.toLowerCase());
      throw new Problem('dns', 'k8s', code.toLowerCase(), `${dnsName}: ${message}`);
    }
  });
});

/**
 * The behaviour suite on the embedded API. `cluster/behaviour.test.ts` runs the same on a real cluster.
 */
import { startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { suites } from './behaviour/suite.ts';

// A minute of waiting for an image passes in six seconds.
suites(() => startEmbeddedKubernetes({ speed: 10 }), { atOnce: 16, seconds: 90 });

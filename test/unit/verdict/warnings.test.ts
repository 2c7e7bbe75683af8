/**
 * Which Warning is told: the last one that has not healed, in the words that explain most. Events come in any order.
 */
import assert from 'node:assert/strict';
import type { Event } from '../../../function/api/kubernetes.ts';
import { firstTime, lastTime, lastWarning } from '../../../function/verdict/warnings.ts';
import { permutations } from '../../support/permutations.ts';
import { ago } from '../run-fixture.ts';

const e2e = 'spec.containers{e2e}';
const proxy = 'spec.containers{proxy}';

/** `at`: seconds ago. `of`: `Job`, `Pod`, or a container of the pod. */
function told(type: 'Warning' | 'Normal', at: number, of: string, reason?: string, message?: string): Event {
  const isContainer = of !== 'Job' && of !== 'Pod';
  return {
    metadata: {},
    involvedObject: isContainer ? { kind: 'Pod', fieldPath: of } : { kind: of },
    type,
    lastTimestamp: ago(at),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
  };
}
const warns = (at: number, of: string, reason?: string, message?: string) => told('Warning', at, of, reason, message);
const says = (at: number, of: string, reason: string, message = '') => told('Normal', at, of, reason, message);

const pullFails = warns(50, e2e, 'Failed', 'Failed to pull image "x": not found');

interface Row {
  what: string;
  events: Event[];
  of?: 'Job';
  is: string;
}

const table: Row[] = [
  { what: 'no Event', events: [], is: 'nothing' },
  { what: 'what is no Warning', events: [says(50, e2e, 'BackOff', 'Back-off pulling image "x"')], is: 'nothing' },
  {
    what: 'the first line of a Warning',
    events: [warns(50, 'Pod', 'FailedMount', 'secret "x" not found\nmore')],
    is: 'FailedMount: secret "x" not found',
  },
  {
    what: 'the later of two',
    events: [warns(50, 'Pod', 'FailedMount', 'no'), warns(49, 'Pod', 'FailedScheduling', '0/1 nodes')],
    is: 'FailedScheduling: 0/1 nodes',
  },
  {
    what: 'always the same of two in one second',
    events: [warns(50, 'Pod', 'FailedMount', 'secret "a"'), warns(50, 'Pod', 'FailedMount', 'secret "b"')],
    is: 'FailedMount: secret "a"',
  },
  {
    what: 'a Warning of the Job, beside a later one of its pod',
    events: [warns(50, 'Job', 'FailedCreate', 'exceeded quota'), warns(40, 'Pod', 'FailedMount', 'no')],
    of: 'Job',
    is: 'FailedCreate: exceeded quota',
  },
  {
    what: 'a Warning of the pod, beside a later one of its Job',
    events: [warns(40, 'Job', 'FailedCreate', 'exceeded quota'), warns(50, 'Pod', 'FailedMount', 'no')],
    is: 'FailedMount: no',
  },
  { what: 'a Warning without a reason', events: [warns(50, 'Pod', undefined, 'no')], is: 'Warning: no' },
  { what: 'a Warning without a message', events: [warns(50, 'Pod', 'FailedMount')], is: 'FailedMount: ' },

  // The kubelet explains first, and then names it.
  {
    what: 'an explanation and its name',
    events: [pullFails, warns(50, e2e, 'Failed', 'Error: ErrImagePull')],
    is: 'ErrImagePull: Failed to pull image "x": not found',
  },
  {
    what: 'an explanation and the last of its names',
    events: [
      pullFails,
      warns(49, e2e, 'Failed', 'Error: ErrImagePull'),
      warns(9, e2e, 'Failed', 'Error: ImagePullBackOff'),
    ],
    is: 'ImagePullBackOff: Failed to pull image "x": not found',
  },
  {
    what: 'a name alone',
    events: [warns(50, e2e, 'Failed', 'Error: ImagePullBackOff')],
    is: 'ImagePullBackOff: ImagePullBackOff',
  },
  { what: 'an explanation alone', events: [pullFails], is: 'Failed: Failed to pull image "x": not found' },
  {
    what: 'a sentence that begins like a name',
    events: [warns(50, e2e, 'Failed', 'Error: secret "x" not found')],
    is: 'Failed: Error: secret "x" not found',
  },
  {
    what: 'a sentence that ends like a name',
    events: [warns(50, e2e, 'Failed', 'Failed to pull image "x": Error: Unauthorized')],
    is: 'Failed: Failed to pull image "x": Error: Unauthorized',
  },
  {
    what: 'what has a reason of its own, after a name',
    events: [warns(50, e2e, 'Failed', 'Error: ErrImagePull'), warns(40, 'Pod', 'FailedMount', 'no')],
    is: 'FailedMount: no',
  },

  // What has healed.
  {
    what: 'a Job that could not make its pod and has made it',
    events: [warns(50, 'Job', 'FailedCreate', 'no'), says(49, 'Job', 'SuccessfulCreate')],
    of: 'Job',
    is: 'nothing',
  },
  {
    what: 'a Job that has made a pod and cannot make another',
    events: [says(50, 'Job', 'SuccessfulCreate'), warns(49, 'Job', 'FailedCreate', 'no')],
    of: 'Job',
    is: 'FailedCreate: no',
  },
  {
    what: 'a Job that has made a pod in the same second, before or after',
    events: [says(50, 'Job', 'SuccessfulCreate'), warns(50, 'Job', 'FailedCreate', 'no')],
    of: 'Job',
    is: 'FailedCreate: no',
  },
  ...['Pulled', 'Created', 'Started'].map((reason) => ({
    what: `a pull that failed before its container was ${reason}`,
    events: [pullFails, says(49, e2e, reason)],
    is: 'nothing',
  })),
  {
    what: 'a pull that failed before its container went on, twice',
    events: [pullFails, says(49, e2e, 'Pulled'), says(48, e2e, 'Started')],
    is: 'nothing',
  },
  {
    what: 'a pull that failed after an image was there, and before it was there again',
    events: [says(60, e2e, 'Pulled'), pullFails, says(40, e2e, 'Pulled')],
    is: 'nothing',
  },
  {
    what: 'a pull that is tried again',
    events: [pullFails, says(49, e2e, 'Pulling')],
    is: 'Failed: Failed to pull image "x": not found',
  },
  {
    what: 'a pull that failed in the second in which the image was there, before or after',
    events: [pullFails, says(50, e2e, 'Pulled')],
    is: 'Failed: Failed to pull image "x": not found',
  },
  {
    what: 'a pull that failed beside another container that has started',
    events: [pullFails, says(40, proxy, 'Started')],
    is: 'Failed: Failed to pull image "x": not found',
  },
  {
    what: 'a pod that no node took at first',
    events: [warns(50, 'Pod', 'FailedScheduling', '0/1 nodes'), says(50, 'Pod', 'Scheduled')],
    is: 'nothing',
  },
  {
    what: 'a volume that cannot be mounted on the node that took the pod',
    events: [warns(50, 'Pod', 'FailedMount', 'no'), says(50, 'Pod', 'Scheduled')],
    is: 'FailedMount: no',
  },
  {
    what: 'a volume that was mounted in the second in which a container began',
    events: [warns(50, 'Pod', 'FailedMount', 'no'), says(50, proxy, 'Pulling')],
    is: 'nothing',
  },
];

describe('The Warning that is told', () => {
  for (const { what, events, of = 'Pod', is } of table) {
    it(`of ${what}: ${is}, in whatever order they are listed`, () => {
      for (const order of permutations(events)) {
        const found = lastWarning(order, of);
        assert.equal(found ? `${found.reason}: ${found.message}` : 'nothing', is);
      }
    });
  }
});

describe('When an Event was told', () => {
  const [first, last, made] = [ago(90), ago(30), ago(60)];
  const times: { by: string; event: Partial<Event>; first: string | undefined; last: string | undefined }[] = [
    {
      by: 'the kubelet',
      event: { firstTimestamp: first, lastTimestamp: last, metadata: { creationTimestamp: made } },
      first,
      last,
    },
    { by: 'the scheduler', event: { eventTime: first, metadata: { creationTimestamp: made } }, first, last: first },
    { by: 'somebody who says no time', event: { metadata: { creationTimestamp: made } }, first: made, last: made },
    { by: 'somebody who says when it was last', event: { lastTimestamp: last }, first: last, last },
    { by: 'nobody knows whom', event: {}, first: undefined, last: undefined },
  ];
  for (const { by, event, first, last } of times) {
    it(`by ${by}: ${first ? 'first and last' : 'before all others'}`, () => {
      const whole: Event = { metadata: {}, involvedObject: { kind: 'Pod' }, ...event };
      assert.deepEqual(
        [firstTime(whole), lastTime(whole)],
        [Date.parse(first ?? '') || 0, Date.parse(last ?? '') || 0],
      );
    });
  }
});

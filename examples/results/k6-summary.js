// What a k6 run says, as the result that the verifier reads from the container's termination message. In the test:
//   export { handleSummary } from '/e2e/k6-summary.js';
// Each check and each threshold counts as one test. k6 ends with 0 when a check has failed; this result does not.
// https://grafana.com/docs/k6/latest/results-output/end-of-test/custom-summary/

// Kubernetes keeps the last 4096 bytes of the file: of a longer one the beginning is lost.
// https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
const longest = 4000;
const longestName = 120;

// k6 has no TextEncoder.
const bytes = (text) => encodeURIComponent(text).replace(/%../g, 'x').length;

function shortened(text) {
  const characters = Array.from(text);
  return characters.length <= longestName ? text : `${characters.slice(0, longestName - 1).join('')}…`;
}

function checksOf(group, path) {
  const own = group.checks.map(({ name, passes, fails }) => ({
    name: [...path, name].join(' › '),
    isFailed: fails > 0,
    message: `failed ${fails} of ${passes + fails} times`,
  }));
  return own.concat(...group.groups.map((inner) => checksOf(inner, [...path, inner.name])));
}

const inWords = (values) =>
  Object.keys(values)
    .sort()
    .map((key) => `${key}=${values[key]}`)
    .join(', ');

const thresholdsOf = (metrics) =>
  Object.keys(metrics)
    .sort()
    .flatMap((metric) =>
      Object.entries(metrics[metric].thresholds || {}).map(([threshold, { ok }]) => ({
        name: `${metric} ${threshold}`,
        isFailed: !ok,
        message: `was ${inWords(metrics[metric].values)}`,
      })),
    );

function resultOf(tests) {
  const failed = tests.filter(({ isFailed }) => isFailed);
  const counts = { total: tests.length, passed: tests.length - failed.length, failed: failed.length, skipped: 0 };
  const failures = failed.map(({ name, message }) => ({ name: shortened(name), message }));
  while (bytes(JSON.stringify({ ...counts, failures })) > longest) failures.pop();
  return { ...counts, failures };
}

export function handleSummary(data) {
  const result = resultOf([...checksOf(data.root_group, []), ...thresholdsOf(data.metrics)]);
  const failures = result.failures.map(({ name, message }) => `failed: ${name}: ${message}\n`);
  return {
    [__ENV.TERMINATION_LOG || '/dev/termination-log']: JSON.stringify(result),
    // In place of k6's own summary, which a handleSummary suppresses.
    stdout: `${failures.join('')}${result.passed} of ${result.total} checks and thresholds passed\n`,
  };
}

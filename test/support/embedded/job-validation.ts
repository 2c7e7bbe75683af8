/**
 * What the API server refuses in a Job (pkg/apis/batch/validation).
 */
import { type FieldError, forbidden, invalid, notSupported, required } from './field-errors.ts';
import { at, equalJson, type JsonObject, objectOf, objectsOf } from './json.ts';
import { annotationErrors, labelErrors } from './names.ts';
import { podSpecErrors } from './pod-validation.ts';

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
];

export function jobErrors(job: JsonObject): FieldError[] {
  const spec = objectOf(job['spec']);
  const template = objectOf(spec['template']);
  const metadata = objectOf(template['metadata']);
  return [
    ...counts.flatMap((field) => negativeErrors(spec[field], `spec.${field}`)),
    ...modeErrors(spec),
    ...failurePolicyErrors(spec),
    ...replacementPolicyErrors(spec),
    ...labelErrors('spec.template.labels', metadata['labels']),
    ...annotationErrors('spec.template.annotations', metadata['annotations']),
    ...podSpecErrors(objectOf(template['spec']), 'spec.template.spec'),
    ...restartPolicyErrors(spec),
  ];
}

function negativeErrors(value: unknown, path: string): FieldError[] {
  return typeof value === 'number' && value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
}

function modeErrors(spec: JsonObject): FieldError[] {
  const mode = spec['completionMode'];
  if (mode === 'NonIndexed') {
    return ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy'].flatMap((field) =>
      spec[field] === undefined ? [] : [invalid(`spec.${field}`, spec[field], 'requires indexed completion mode')],
    );
  }
  // Indexed Jobs are not served by the embedded controller; the API itself takes them
  return mode === 'Indexed' ? [] : [notSupported('spec.completionMode', mode, ['NonIndexed', 'Indexed'])];
}

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

function failurePolicyErrors(spec: JsonObject): FieldError[] {
  return objectsOf(at(spec, 'podFailurePolicy', 'rules')).flatMap((rule, index) => {
    const path = `spec.podFailurePolicy.rules[${index}]`;
    const { action, onExitCodes, onPodConditions } = rule;
    const errors: FieldError[] = [];
    if (!action) errors.push(required(`${path}.action`, `valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`));
    else if (!actions.includes(String(action))) errors.push(notSupported(`${path}.action`, action, actions));
    if (onExitCodes && onPodConditions) {
      errors.push(invalid(path, undefined, 'specifying both OnExitCodes and OnPodConditions is not supported'));
    }
    if (!onExitCodes && !onPodConditions) {
      errors.push(invalid(path, undefined, 'specifying one of OnExitCodes and OnPodConditions is required'));
    }
    return errors;
  });
}

function replacementPolicyErrors(spec: JsonObject): FieldError[] {
  const supported = spec['podFailurePolicy'] ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  const policy = spec['podReplacementPolicy'];
  return supported.includes(String(policy)) ? [] : [notSupported('spec.podReplacementPolicy', policy, supported)];
}

function restartPolicyErrors(spec: JsonObject): FieldError[] {
  const path = 'spec.template.spec.restartPolicy';
  const policy = at(spec, 'template', 'spec', 'restartPolicy');
  if (policy === 'Always') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(path, policy, ['OnFailure', 'Never'])];
  if (spec['podFailurePolicy'] && policy !== 'Never') {
    return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')];
  }
  return [];
}

const immutable = 'field is immutable';

/** On an update: the template can change only while the Job is suspended and has not started. */
export function jobUpdateErrors(before: JsonObject, after: JsonObject): FieldError[] {
  const specBefore = objectOf(before['spec']);
  const specAfter = objectOf(after['spec']);
  const templateOpen = specBefore['suspend'] === true && at(before, 'status', 'startTime') === undefined;
  const fixed = ['completions', 'selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy'];
  return [
    ...jobErrors(after),
    ...[...fixed, ...(templateOpen ? [] : ['template'])].flatMap((field) =>
      equalJson(specBefore[field], specAfter[field]) ? [] : [invalid(`spec.${field}`, specAfter[field], immutable)],
    ),
  ];
}

/** The rules for a Job's terminal conditions (KEP-4368, "Job status validation"). */
export function jobStatusErrors(job: JsonObject): FieldError[] {
  const status = objectOf(job['status']);
  const isTrue = (type: string) =>
    objectsOf(status['conditions']).some((one) => one['type'] === type && one['status'] === 'True');
  const path = 'status.conditions';
  const shown = status['conditions'];
  const errors: FieldError[] = [];
  if (isTrue('Complete') && isTrue('Failed'))
    errors.push(invalid(path, shown, 'cannot set Complete=True and Failed=true conditions'));
  if (isTrue('Complete') && isTrue('FailureTarget')) {
    errors.push(invalid(path, shown, 'cannot set Complete=True and FailureTarget=true conditions'));
  }
  if (isTrue('Failed') && !isTrue('FailureTarget')) {
    errors.push(invalid(path, shown, 'cannot set Failed=True condition without the FailureTarget=true condition'));
  }
  if (isTrue('Complete') && !isTrue('SuccessCriteriaMet')) {
    errors.push(
      invalid(path, shown, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition'),
    );
  }
  if (status['completionTime'] !== undefined && !isTrue('Complete')) {
    errors.push(
      forbidden('status.completionTime', 'cannot set completionTime when there is no Complete=True condition'),
    );
  }
  return errors;
}

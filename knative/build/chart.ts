/**
 * Part of `npm run generate`: what of knative/chart/ is made from other files.
 */
import { isMap, type Pair, parseDocument, type YAMLMap } from 'yaml';

/** crds/e2especs.yaml as a template, whatever it says: the text goes through Helm as it is. */
export function crdTemplate(crd: string): string {
  const begin = '{{- if .Values.crds.enabled }}\n# Made from crds/e2especs.yaml by npm run generate.\n';
  const metadata = `  labels:
    {{- include "e2e-verifier.helmLabels" . | nindent 4 }}
  {{- if .Values.crds.keep }}
  annotations:
    helm.sh/resource-policy: keep
  {{- end }}
`;
  const escaped = crd.replaceAll('{{', '{{ "{{" }}');
  const [, head = '', rest = ''] = /^([\s\S]*?\nmetadata:\n {2}name: .+\n)(spec:\n[\s\S]*)$/.exec(escaped) ?? [];
  if (head === '') throw new Error('crds/e2especs.yaml has more metadata than a name: say here where the labels go');
  return `${begin}${head}${metadata}${rest}{{- end }}\n`;
}

export interface Value {
  path: string;
  fallback: unknown;
  /** Its `# -- ` comment. */
  comment: string;
}

const pairsOf = (map: YAMLMap): Pair<{ value: string; commentBefore?: string }, unknown>[] =>
  map.items as Pair<{ value: string; commentBefore?: string }, unknown>[];

/** The values of values.yaml that have a comment which begins with `-- `, as helm-docs reads it. */
export function valuesOf(text: string): Value[] {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) throw new Error('values.yaml is no map');
  // The comment before the first key of a document is the document's, where a blank line follows it.
  const within = (map: YAMLMap, path: string): Value[] =>
    pairsOf(map).flatMap(({ key, value }, index) => {
      const name = path + key.value;
      const before = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined) ?? '';
      const [, comment] = /(?:^|\n) -- ([\s\S]*)$/.exec(before) ?? [];
      if (comment !== undefined)
        return [{ path: name, fallback: map.toJSON()[key.value], comment: comment.replaceAll(/\n */g, ' ') }];
      return isMap(value)
        ? within(value, `${name}.`)
        : [{ path: name, fallback: map.toJSON()[key.value], comment: '' }];
    });
  return within(contents, '');
}

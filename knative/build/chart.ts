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

type Key = { value: string; commentBefore?: string };

/** The values of values.yaml, each with its comment as helm-docs reads it: from `# -- ` to the value. */
export function valuesOf(text: string): Value[] {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) throw new Error('values.yaml is no map');
  const within = (map: YAMLMap, path: string): Value[] => {
    const values = map.toJSON() as Record<string, unknown>;
    return (map.items as Pair<Key, unknown>[]).flatMap(({ key, value }, index) => {
      // Before the first key of a map it is the map's.
      const before = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined) ?? '';
      const [, comment] = /(?:^|\n) -- ([\s\S]*)$/.exec(before) ?? [];
      if (comment === undefined && isMap(value)) return within(value, `${path}${key.value}.`);
      const words = comment?.replaceAll(/\n */g, ' ') ?? '';
      return [{ path: path + key.value, fallback: values[key.value], comment: words }];
    });
  };
  return within(contents, '');
}

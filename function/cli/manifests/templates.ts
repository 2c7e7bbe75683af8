/**
 * What is still a template, of Helm or Flux, though it is YAML: a value is filled in later where lint would read it.
 */
import type { Path } from './manifests.ts';

export interface Blank {
  of: keyof typeof blanks;
  path: Path;
}

// https://helm.sh/docs/chart_template_guide/ https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
const blanks = { Helm: /\{\{/, Flux: /\$\{[A-Za-z_][^{}]*\}/ } as const;
// An action without quotes is a map whose key is a map.
const action = /^\{ .* \}$/s;

// Where such signs are other people's words, as in a test's shell script.
const free: Record<'Canary' | 'E2ESpec', RegExp> = {
  Canary: /^(metadata\.(?!name|namespace)|status|spec\.analysis\.(metrics|webhooks\.\d+\.metadata\.(?!e2espec)))/,
  E2ESpec: /^(metadata\.(?!name|namespace)|status|spec\.(command|args|env|podTemplate|jobTemplate))/,
};

/** The first blank of an object. */
export function blankIn(kind: keyof typeof free, fields: unknown): Blank | undefined {
  return blankAt(fields, [], (path) => free[kind].test(path.join('.')));
}

function blankAt(value: unknown, path: Path, isFree: (path: Path) => boolean): Blank | undefined {
  if (typeof value === 'string') return isFree(path) ? undefined : blankOf(value, path);
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, each] of Object.entries(value)) {
    if (action.test(key)) return { of: 'Helm', path };
    const found = blankAt(each, [...path, Array.isArray(value) ? Number(key) : key], isFree);
    if (found !== undefined) return found;
  }
  return undefined;
}

function blankOf(text: string, path: Path): Blank | undefined {
  if (blanks.Helm.test(text)) return { of: 'Helm', path };
  return blanks.Flux.test(text) ? { of: 'Flux', path } : undefined;
}

/** What to do about it. */
export const advice: Record<Blank['of'], string> = {
  Helm: 'a Helm template. Lint what it renders: helm template CHART | k8s-e2e-verifier lint -',
  Flux: 'a Flux template. Lint what it renders: kustomize build FOLDER | flux envsubst | k8s-e2e-verifier lint -',
};

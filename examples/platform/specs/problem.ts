// What is wrong, by the words that e2etest.errors counts it under.

export type Area = 'api' | 'timeout' | 'k8s';

export class Problem extends Error {
  readonly resource: string;
  readonly area: Area;
  readonly error: string;

  /** `api.forbidden: create deployments: ...` */
  constructor(resource: string, area: Area, error: string, words: string) {
    super(`${area}.${error}: ${words}`);
    this.resource = resource;
    this.area = area;
    this.error = error;
  }
}

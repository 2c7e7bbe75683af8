/** Compiled from crds/e2especs.yaml by `npm run generate`. */
export interface SchemaError {
  /** As `/spec/env/0/value`. */
  instancePath: string;
  schemaPath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string;
}

declare const validate: {
  (e2eSpec: unknown): boolean;
  errors?: SchemaError[] | null;
};
export default validate;

/** Compiled from payload.schema.json by `npm run generate`. */
interface CanaryWebhookPayload {
  name: string;
  namespace: string;
  phase?: string;
  checksum: string;
  metadata?: Record<string, string> | null;
}

declare const validate: {
  (body: unknown): body is CanaryWebhookPayload;
  errors?: { instancePath: string; message?: string }[] | null;
};
export default validate;

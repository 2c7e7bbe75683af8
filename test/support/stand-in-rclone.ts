/**
 * Puts the files of a folder where rclone would: `rclone copy FOLDER :s3:BUCKET/FOLDER/`, with its variables. For a Kubernetes
 * without images; its signature has the right form alone.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const [, folder = '', remote = ''] = process.argv.slice(2);
const { RCLONE_S3_ENDPOINT: endpoint, RCLONE_S3_ACCESS_KEY_ID: key = '' } = process.env;
const types: Record<string, string> = { html: 'text/html; charset=utf-8', zip: 'application/zip' };

for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  if (!statSync(join(folder, name)).isFile()) continue;
  const { status } = await fetch(`${endpoint}/${remote.replace(':s3:', '')}${name}`, {
    method: 'PUT',
    headers: {
      Authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261127/other-v2/s3/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
      'Content-Type': types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      'X-Amz-Date': '20261127T100000Z',
    },
    body: readFileSync(join(folder, name)),
  });
  if (status !== 200) process.exit(1);
}

/**
 * The floor: the least that a Node.js function can be. Every GET and POST is answered 200; with API_READS it first makes
 * those requests to the API server on every POST, each list at once, one list after another.
 */
const http = require('node:http');

const read = process.env['API_READS'] ? reader() : undefined;

http
  .createServer((request, response) => {
    if (request.method === 'GET') return response.end('up\n');
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      answer(Buffer.concat(chunks)).then(
        (text) => response.end(text),
        (error) => response.writeHead(500).end(String(error)),
      );
    });
  })
  .listen(Number(process.env['PORT'] ?? 8080));

async function answer(body) {
  if (read === undefined) return 'done\n';
  const { namespace } = JSON.parse(body.toString());
  for (const paths of JSON.parse(process.env['API_READS'] ?? '[]')) {
    await Promise.all(paths.map((path) => read(path.replace('*', namespace))));
  }
  return 'done\n';
}

function reader() {
  const https = require('node:https');
  const { readFileSync } = require('node:fs');
  const ca = readFileSync(process.env['API_CA'] ?? '');
  const headers = { Authorization: `Bearer ${readFileSync(process.env['API_TOKEN'] ?? '', 'utf8')}` };
  const agent = new https.Agent({ keepAlive: true, ca });
  return (path) =>
    new Promise((resolve, reject) => {
      const sent = https.get(process.env['API_SERVER'] + path, { agent, headers }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      });
      sent.on('error', reject);
    });
}

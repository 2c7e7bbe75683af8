/**
 * Which formats of secrets are struck out wherever they stand, and which words of reasons are left as they are.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact, rules, short } from '../../function/redact.ts';
import { oneLine, tail } from '../../function/text.ts';

// Put together here, so that no scanner of repositories takes this file for a leak.
const made = (...parts: string[]): string => parts.join('');
const letters = 'aZ3kQ9xLm2Vb7TnR5yWc8Jd4FhGp1Ks6Eu0Xo';
const hex = '4f9a1c7e3b2d8065a1f3c4e5d6b7a8990011223344556677';
const jwt = made('eyJhbGciOiJIUzI1NiJ9', '.', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', '.', 'dozjgNryP4J3jVmNHl0w5N');
const jwe = made(
  'eyJhbGciOiJSU0EtT0FFUCJ9',
  '.',
  'OKOawDo13gRp2ojaHV7',
  '.48V1_ALb6US04U3b.5eym8TW_c8SuK0lt',
  '.XFBoMYUZodetZdvT',
);
const basic = Buffer.from('ann:hunter2').toString('base64');
const keyBody = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\nMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3S';
const pem = (type: string) => made('-----BEGIN ', type, '-----\n', keyBody, '\n-----END ', type, '-----');
const bodyLines = keyBody.split('\n');

/** What is said, and what of it nobody may read. */
const secrets: [said: string, ...hidden: string[]][] = [
  // addresses
  ['https://ann:hunter2@shop.test/x', 'hunter2', 'ann'],
  ['https://ann:p@ss@shop.test/x', 'p@ss', 'ss@'],
  ['https://ann:hun/ter2@shop.test/x', 'hun/', 'ter2'],
  ["https://ann:hun'ter2@shop.test/x", 'hun', 'ter2'],
  [made('https://gh', 'p_', letters, '@github.com/a/b.git'), letters],
  ['postgres://ann:hunter2@db:5432/shop?sslmode=disable', 'hunter2'],
  ['mongodb+srv://ann:hunter2@cluster0.test/shop', 'hunter2'],
  ['mongodb://ann:hunter2@a:27017,b:27017/shop', 'hunter2'],
  ['redis://:hunter2@cache:6379/0', 'hunter2'],
  ['amqp://ann:hunter2@mq:5672/%2f', 'hunter2'],
  ['nats://ann:hunter2@a:4222,nats://bob:hunter3@b:4222', 'hunter2', 'hunter3'],
  ['mysql+pymysql://ann:hunter2@db/shop', 'hunter2'],
  ['ann:hunter2@tcp(db:3306)/shop', 'hunter2'],
  ['jdbc:postgresql://db/shop?user=ann&password=hunter2', 'hunter2'],
  ['jdbc:sqlserver://db:1433;user=ann;password=hunter2;encrypt=true', 'hunter2'],
  ['jdbc:oracle:thin:ann/hunter2@db:1521:shop', 'hunter2'],
  ['jdbc:oracle:thin:ann/hunter2', 'hunter2'],
  ['Server=db;Database=shop;User Id=ann;Password=hunter2;', 'hunter2'],
  ['Server=db;Uid=ann;Pwd=hunter2;', 'hunter2'],
  [
    'DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=aB3/xY+z9==;EndpointSuffix=core.windows.net',
    'aB3/xY+z9',
  ],
  ['Endpoint=sb://shop.test/;SharedAccessKeyName=root;SharedAccessKey=aB3/xY+z9=', 'aB3/xY+z9'],
  // headers
  ['Authorization: Bearer abc.def.ghi', 'abc.def', 'ghi'],
  ['authorization: bearer abcdefgh', 'abcdefgh'],
  [`Authorization: Basic ${basic}`, basic],
  [
    'Authorization: Digest username="ann", realm="shop", nonce="dcd98b", uri="/", response="6629fae49393a054"',
    '6629fae4',
    'dcd98b',
  ],
  [
    'Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7/20260101/eu/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=fe5f80f77d5fa3be',
    'AKIAIOSF',
    'fe5f80f7',
  ],
  ['Authorization: AWS AKIAIOSFODNN7:frJIUN8DYpKDtOLC', 'frJIUN8D'],
  ['Authorization: ApiKey 12345abc', '12345abc'],
  ['Authorization: Negotiate YIIJvwYGKwYBBQUC', 'YIIJvw'],
  ['Authorization: NTLM TlRMTVNTUAABAAAA', 'TlRMTV'],
  ['Authorization: Token abc123def', 'abc123def'],
  ['Authorization: Token token="abc123def", nonce="x9"', 'abc123def', 'x9'],
  ['Authorization: token abc123def', 'abc123def'],
  ['Authorization: OAuth oauth_consumer_key="ck1", oauth_signature="tnnArxj06c"', 'tnnArxj', 'ck1'],
  ['Authorization: Hawk id="dh37", ts="1353832234", mac="6R4rV5iE+NPoym"', '6R4rV5iE'],
  ['Authorization: SharedKey shop:ctzMq410TV3wS7u', 'ctzMq410'],
  ['Authorization: SharedAccessSignature sr=shop&sig=ctzMq410TV3wS7u&se=1', 'ctzMq410'],
  ['Authorization: GenieKey 0f9c-11aa', '0f9c-11aa'],
  ['Authorization: 0f9c11aa22', '0f9c11aa22'],
  ['Proxy-Authorization: Basic YTpi', 'YTpi'],
  ['"Authorization": "Bearer abc123def"', 'abc123def'],
  ["authorization: 'Bearer abc123def'", 'abc123def'],
  ["headers: { authorization: [ 'Bearer abc123def' ] }", 'abc123def'],
  ['sent Bearer 0123456789abcdef', '0123456789abcdef'],
  [`sent Basic ${basic}`, basic],
  ['Token token="abc123def"', 'abc123def'],
  ['AWS4-HMAC-SHA256 Credential=AK/2026, SignedHeaders=host, Signature=fe5f80f77d5fa3be', 'fe5f80f7'],
  ['X-API-Key: 12345', '12345'],
  ['x-api-key: "12345"', '12345'],
  ['X-Auth-Token: 0f9c11', '0f9c11'],
  ['X-Vault-Token: s.0f9c11', '0f9c11'],
  ['PRIVATE-TOKEN: 0f9c11', '0f9c11'],
  ['X-Amz-Security-Token: FwoGZXIvYXdz/4=', 'FwoGZX'],
  ['Ocp-Apim-Subscription-Key: 0f9c11', '0f9c11'],
  ['Cookie: sid=abc123; theme=dark', 'abc123'],
  ['Set-Cookie: sid=s%3Aabc123.xyz; Path=/; HttpOnly', 'abc123', 'xyz'],
  ["'set-cookie': [ 'sid=abc123; Path=/' ]", 'abc123'],
  ['Set-Cookie: sid="abc123"; Path=/', 'abc123'],
  // names and values
  ['password=hunter2', 'hunter2'],
  ['password = hunter2', 'hunter2'],
  ['password: hunter2', 'hunter2'],
  ['password: swordfish', 'swordfish'],
  ['password:hunter2', 'hunter2'],
  ['password => "hunter2"', 'hunter2'],
  ['password := "hunter2"', 'hunter2'],
  ['password: "two words"', 'two', 'words'],
  ["password: 'two words'", 'two', 'words'],
  ['password: "two \\"quoted\\" words"', 'two', 'quoted', 'words'],
  ["password: 'don''t own'", 'don', 'own'],
  ["password='hun|ter2'", 'hun', 'ter2'],
  ['password=hun|ter2', 'hun', 'ter2'],
  ['password=hun,ter2', 'hun', 'ter2'],
  ['password=hun&ter2', 'hun', 'ter2'],
  ['password=hun;ter2', 'hun', 'ter2'],
  ['password=hun)ter2', 'hun', 'ter2'],
  ["password=hun'ter2", 'hun', 'ter2'],
  ['password=hun<ter2', 'hun', 'ter2'],
  ['password=hun\\ter2', 'hun', 'ter2'],
  ['password=12345', '12345'],
  ['dbPassword=hunter2', 'hunter2'],
  ['db.password=hunter2', 'hunter2'],
  ['PGPASSWORD=hunter2 psql', 'hunter2'],
  ['MYSQL_PWD=hunter2', 'hunter2'],
  ['DB_PASS=hunter2', 'hunter2'],
  ['DB_PASS="hun ter2"', 'hun', 'ter2'],
  ['DBPASS=hunter2', 'hunter2'],
  ['dbPass: hunter2', 'hunter2'],
  ['"pass": "hunter2"', 'hunter2'],
  ['pass=hunter2', 'hunter2'],
  ['export NEW_PASSWORD2=hunter2', 'hunter2'],
  ['password_confirmation=hunter2', 'hunter2'],
  ['passwd: hunter2', 'hunter2'],
  ['passphrase: hunter2', 'hunter2'],
  ['accessToken: abc123', 'abc123'],
  ['access_token=abc123', 'abc123'],
  ['"refresh_token":"abc123"', 'abc123'],
  ['id_token=abc123&state=x', 'abc123'],
  ['csrfToken: abc123', 'abc123'],
  ['clientSecret: "abc123"', 'abc123'],
  ['client_secret=abc123', 'abc123'],
  ['client-secret: abc123', 'abc123'],
  ['apikey=abc123', 'abc123'],
  ['API_KEY: abc123', 'abc123'],
  ['secretKey: abc123', 'abc123'],
  ['SECRET_KEY_BASE=abc123', 'abc123'],
  ['privateKey: abc123', 'abc123'],
  ['client-key-data: LS0tLS1CRUdJTg==', 'LS0tLS1C'],
  ['encryption_key=abc123', 'abc123'],
  ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'wJalr', 'bPxRfi', 'EXAMPLEKEY'],
  ['"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"', 'wJalr', 'EXAMPLEKEY'],
  ['//registry.example.com/:_authToken=abc123', 'abc123'],
  [`//registry.example.com/:_auth=${basic}`, basic],
  [`"auth": "${basic}"`, basic],
  [`{"auths":{"registry.test":{"auth":"${basic}"}}}`, basic],
  // JSON, YAML, env, the command line, queries
  ['{"db_password": "hunter2", "a": 1}', 'hunter2'],
  ['{"password":"hunter2","a":1}', 'hunter2'],
  ['{"password":["hunter2"]}', 'hunter2'],
  ['{"token":{"password":"hunter2"}}', 'hunter2'],
  ['{\\"password\\":\\"hunter2\\",\\"a\\":1}', 'hunter2'],
  ['{\\"password\\":\\"two words\\"}', 'two', 'words'],
  ['{\\"password\\":\\"a\\\\\\"b c\\"}', 'b c'],
  ['{"name":"DB_PASSWORD","value":"hunter2"}', 'hunter2'],
  ['- name: DB_PASSWORD\n  value: hunter2', 'hunter2'],
  ['password: |-\n  hunter2', 'hunter2'],
  ['password: >\n  hunter2', 'hunter2'],
  ['password: |\n  hunter2', 'hunter2'],
  ['<password>hunter2</password>', 'hunter2'],
  ['<db:password>hunter2</db:password>', 'hunter2'],
  ['run --password hunter2', 'hunter2'],
  ['run --password=hunter2', 'hunter2'],
  ['run --db-password "two words"', 'two', 'words'],
  ['run --token abc123 --verbose', 'abc123'],
  ['run -password hunter2', 'hunter2'],
  ['curl -u ann:hunter2 https://shop.test', 'hunter2'],
  ["curl --user 'ann:hunter2' https://shop.test", 'hunter2'],
  ['docker login -u ann -p hunter2 registry.test', 'hunter2'],
  ['sshpass -p hunter2 ssh ann@shop.test', 'hunter2'],
  ['mysql -h db -phunter2 shop', 'hunter2'],
  ['machine shop.test login ann password hunter2', 'hunter2'],
  ["CREATE USER ann WITH PASSWORD 'hunter2'", 'hunter2'],
  ["CREATE USER ann IDENTIFIED BY 'hunter2'", 'hunter2'],
  ['/x?token=abc123&b=1', 'abc123'],
  ['/x?access_token=abc123', 'abc123'],
  ['/x?a=1&amp;token=abc123&amp;b=2', 'abc123'],
  ['/x?password%3Dabc123', 'abc123'],
  ['%7B%22password%22%3A%22abc123%22%7D', 'abc123'],
  ['&quot;password&quot;:&quot;abc123&quot;', 'abc123'],
  [
    'https://s3.test/x?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F2026&X-Amz-Signature=fe5f80f77d5fa3be',
    'AKIAIOSF',
    'fe5f80f7',
  ],
  ['https://s3.test/x?X-Amz-Security-Token=FwoGZXIvYXdz&X=1', 'FwoGZX'],
  ['https://blob.test/x?sv=2024&sig=aB3%2FxY%2Bz9%3D&se=2026', 'aB3%2F'],
  ['https://storage.test/x?X-Goog-Signature=4f9a1c7e3b2d', '4f9a1c7e'],
  ['https://shop.test/callback?code=4f9a1c7e3b2d&state=x', '4f9a1c7e'],
  ['https://maps.test/x?key=4f9a1c7e3b2d', '4f9a1c7e'],
  // how they begin
  [`got ${jwt}`, 'eyJhbGci', 'eyJzdWIi', 'dozjgNry'],
  [`t-${jwt}`, 'eyJzdWIi', 'dozjgNry'],
  [`got ${jwe}`, 'OKOawDo13', '48V1_ALb', 'XFBoMYUZ'],
  [made('got eyJhbGciOiJkaXIifQ', '..48V1_ALb6US04U3b.5eym8TW_c8SuK0lt.XFBoMYUZodetZdvT'), '48V1_ALb', 'XFBoMYUZ'],
  [
    `.dockerconfigjson: ${Buffer.from(`{"auths":{"registry.test":{"auth":"${basic}"}}}`).toString('base64')}`,
    'eyJhdXRoc',
  ],
  ...[
    'ghp_',
    'gho_',
    'ghs_',
    'ghu_',
    'ghr_',
    'github_pat_',
    'glpat-',
    'glrt-',
    'xoxb-',
    'xoxp-',
    'xapp-1-',
    'sk_live_',
    'rk_live_',
    'sk_test_',
    'whsec_',
    'sk-',
    'sk-ant-api03-',
    'sk-proj-',
    'AIza',
    'ya29.',
    'GOCSPX-',
    'npm_',
    'pypi-AgEIcHlwaS5vcmc',
    'dop_v1_',
    'hf_',
    'dckr_pat_',
    'dp.pt.',
    'hvs.',
    'shpat_',
    'glsa_',
    'lin_api_',
    'PMAK-',
    'figd_',
    'ATATT3xFf',
    'sntrys_',
  ].map((begin): [string, string] => [made('got ', begin, letters), letters]),
  [made('AK', 'IAIOSFODNN7EXAMPLE'), 'IOSFODNN7'],
  [made('AS', 'IAIOSFODNN7EXAMPLE'), 'IOSFODNN7'],
  [made('SG', `.${letters.slice(0, 22)}.${letters}`), letters.slice(0, 10)],
  [made('pul-', hex.slice(0, 40)), hex.slice(0, 20)],
  [made('abc8', 'Q~', letters.slice(0, 34)), letters.slice(0, 20)],
  [made('123456789:A', letters.slice(0, 34)), letters.slice(0, 20)],
  [made('https://hooks.slack', '.com/services/T0000/B0000/', letters), letters],
  [made('https://discord', '.com/api/webhooks/123/', letters), letters],
  [made('https://api.telegram', '.org/bot123:', letters, '/sendMessage'), letters],
  // keys
  ...[
    'PRIVATE KEY',
    'RSA PRIVATE KEY',
    'EC PRIVATE KEY',
    'OPENSSH PRIVATE KEY',
    'ENCRYPTED PRIVATE KEY',
    'PGP PRIVATE KEY BLOCK',
  ].map((type): [string, ...string[]] => [pem(type), ...bodyLines]),
  [pem('PRIVATE KEY').replaceAll('\n', '\\n'), ...bodyLines],
  [JSON.stringify({ private_key: pem('PRIVATE KEY') }), ...bodyLines],
  [pem('PRIVATE KEY').replaceAll('\n', ' | '), ...bodyLines],
  // cut off
  [pem('PRIVATE KEY').split('\n').slice(0, -1).join('\n'), ...bodyLines],
  [pem('PRIVATE KEY').split('\n').slice(1).join('\n'), ...bodyLines],
  [made('password=hun\\ter2\n', pem('PRIVATE KEY').split('\n').slice(1).join('\n')), 'hun', ...bodyLines],
  ['password: "two words', 'two', 'words'],
];

/** Words that help, as registries, Kubernetes, tests and languages say them. */
const reasons = [
  'pull access denied for shop, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Ashop%3Apull&service=registry.docker.io: 401 Unauthorized',
  'failed to fetch oauth token: unexpected status: 403 Forbidden',
  'error getting token: 401 Unauthorized',
  'token: 401 Unauthorized',
  'failed to fetch anonymous token: Get "https://auth.docker.io/token": dial tcp: lookup auth.docker.io: no such host',
  'failed to fetch token: serviceaccounts "shop" not found',
  'failed to fetch token: pod "shop-7d4bd6475f-x2x9k" not found',
  'verify token: oidc: malformed jwt',
  'oidc: verify token: oidc: token is expired',
  'no basic auth credentials',
  'basic authentication failed',
  'unauthorized: authentication required',
  'denied: requested access to the resource is denied',
  'FATAL: password authentication failed for user "ann"',
  "Access denied for user 'ann'@'10.0.0.1' (using password: YES)",
  'secret "db-password" not found',
  "couldn't find key password in Secret shop/db",
  'references non-existent secret key: db-password',
  'MountVolume.SetUp failed for volume "db-secret" : secret "db-secret" not found',
  'Unable to retrieve some image pull secrets (registry-token); attempting to pull the image may not succeed.',
  'spec.volumes[0].secret: Required value',
  'spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name: Invalid value: ""',
  'token expired',
  'the token is expired',
  'invalid token: signature is invalid',
  'token: expired',
  'wrong password: must be at least 8 characters',
  'Password: | Access denied',
  'expected token ; got <',
  'SyntaxError: Unexpected token \'<\', "<!DOCTYPE "... is not valid JSON',
  'Unexpected token: punc (;)',
  'ParseError: unexpected token: eof',
  'Www-Authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io",error="invalid_token"',
  'WWW-Authenticate: Basic realm="shop"',
  'WWW-Authenticate: Digest realm="shop", qop="auth", nonce="dcd98b"',
  'Bearer token missing',
  'Bearer authentication required',
  'assert token == expected',
  'expect(token === other)',
  'passed: 12, failed: 1',
  '--- PASS: TestLogin (0.00s)',
  '# pass 3',
  'pass: 3',
  'pass=3 fail=1',
  'ok - bypass: login works',
  'PWD=/app OLDPWD=/',
  'password: undefined',
  '{"password": null, "token": ""}',
  'token=$'.concat('{TOKEN}'),
  'password=$DB_PASSWORD',
  'open token: /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory',
  'unknown flag: --token',
  'flag --password is required',
  'usage: login --token <token>',
  'max_tokens=4096 token_type=jwt tokens: 12',
  'secretName: db-password',
  'passwordSecretRef: shop',
  'DB_PASSWORD_FILE=/run/secrets/db',
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-AbCdEf',
  'commit 0dd4959a1f3c4e5d6b7a89900112233445566778',
  'shop@sha256:7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
  'docker.io/library/busybox:1.36@sha256:7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
  'request 123e4567-e89b-12d3-a456-426614174000 failed',
  'pod shop-canary-7d4bd6475f-x2x9k is not ready',
  'https://shop.test:8443/a/b?page=2&sort=name#top',
  'https://registry.example.com/@scope/package',
  'https://shop.test:8080/users/@ann',
  'ssh://git@github.com/shop/shop.git',
  'git@github.com:shop/shop.git',
  'mail to ann@shop.test',
  'at login (/app/test/auth/token.spec.ts:12:5)',
  'at Object.<anonymous> (file:///app/node_modules/pkg/lib/password.js:10:3)',
  'expected 200 "OK", got 401 "Unauthorized"',
  'x509: certificate signed by unknown authority',
  'error: signature: sha256:7fde7b8afa198da6',
  'signature verification failed: no matching signatures',
  'docker run -u 1000:1000 shop',
  'git push -u origin main',
  'ssh login -p 2222',
  'playwright test -p chromium',
  'rpc error: code = Unauthenticated desc = invalid authorization',
  'exit code=137&signal=9',
  'Set-Cookie: none',
  'cookie: not found',
  '-----BEGIN CERTIFICATE----- | MIIB | -----END CERTIFICATE-----',
  'sk-learn-training-7d4bd6475f-x2x9k, npm_config_registry, task-force, AKIA, hf_transformers_cache',
  'global-ratelimit-configuration-of-the-shop',
  'eyJ is how a web token begins',
];

const line = (text: string): string => text.replaceAll(/\n */g, ' | ');
const positions: ((said: string) => string)[] = [
  (said) => said,
  (said) => `login failed with ${said} at step 3`,
  (said) => `login (${said}) failed`,
  (said) => `step 3\n${said}\nfailed`,
  (said) => `2026-11-26T18:00:00Z ERROR [shop] ${said}`,
  (said) => JSON.stringify({ level: 'error', message: `login with ${said} failed` }),
  (said) => `${'noise '.repeat(3000)}${said}`,
  (said) => `${said} ${'noise '.repeat(3000)}`,
];

function assertHidden(told: string, hidden: string[]): void {
  for (const each of hidden) assert.ok(!told.includes(each), `${each} is in ${told}`);
}

describe('A secret', () => {
  it('stands here in at least 100 formats', () => assert.ok(secrets.length >= 100, String(secrets.length)));

  for (const [said, ...hidden] of secrets) {
    it(`is struck out of ${line(said).slice(0, 100)}`, () => {
      assert.ok(oneLine(said).includes('[redacted]'), oneLine(said));
      for (const put of positions) {
        for (const told of [oneLine(put(said)), tail(put(said)), redact(line(put(said)))]) assertHidden(told, hidden);
      }
    });
  }

  // What is before it or behind it cannot be seen, so that all that is left is shown.
  const unseen = (length: number) => '\u200b'.repeat(length);
  it('is struck out wherever a text is cut', () => {
    for (const [said, ...hidden] of secrets) {
      // Nothing tells the middle of a key.
      if (said.includes('-----END') && !said.includes('-----BEGIN')) continue;
      for (let end = 8192 - line(said).length; end <= 8192; end += 5) {
        assertHidden(oneLine(`${unseen(end)} ${said} behind`), hidden);
        assertHidden(tail(`before ${said}\n${unseen(end - 40)}`), hidden);
      }
    }
  });

  it('is struck out wherever the kubelet has cut an output', () => {
    for (const [said, ...hidden] of secrets) {
      const output = `${'x'.repeat(3000)} ${said}\n${unseen(600)}`;
      for (let kept = 0; kept < said.length; kept += 3)
        assertHidden(tail(output.slice(-(600 + kept)).padEnd(2048, ' ')), hidden);
    }
  });
});

describe('A reason', () => {
  it('stands here in at least 40 wordings', () => assert.ok(reasons.length >= 40, String(reasons.length)));

  for (const reason of reasons) {
    it(`is left as it is: ${reason.slice(0, 100)}`, () => {
      assert.equal(redact(reason), reason);
      const put = `container e2e: ${reason} (see the log)`;
      assert.equal(redact(put), put);
    });
  }
});

describe('A text that is too short for a secret', () => {
  it('is left alone by every rule', () => {
    const pieces = ['ghp_', 'AIza', 'ya29.', '1//0', 'eyJ', 'pass', 'token', 'dapi', 'sk-', '-u', '/', '.', 'a1B2'];
    const text = fc.array(fc.constantFrom(...pieces, ...'aZ09_-./'), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (all) => {
        const said = all.slice(0, 12);
        assert.match(said, short);
        for (const [, pattern, change] of rules) {
          const struck = typeof change === 'string' ? said.replace(pattern, change) : said.replace(pattern, change);
          assert.equal(struck, said);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('What is struck out', () => {
  it('stays as it is when it comes by again', () => {
    const lines = fc.constantFrom(...secrets.map(([said]) => said), ...reasons);
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 6 }), (said) => {
        const told = oneLine(said.join('\n'));
        assert.equal(oneLine(told), told);
      }),
      { numRuns: 1000 },
    );
  });
});

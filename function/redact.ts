/**
 * Strikes secrets out of one line of text: by the name before them, by what they stand in, and by how well-known ones begin.
 * It goes by one table, whose patterns take the time of one look at the text, however long it is.
 *
 * How tokens begin, and where webhooks live, follows the rules of gitleaks. Lengths are shorter here,
 * because a log has tokens that were cut off.
 * https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml
 */

const { raw } = String;

const redacted = '[redacted]';

// What these names are given is a secret, whatever stands before them: DB_PASSWORD, clientSecret, X-Auth-Token.
const name = raw`(?:pass(?:word|wd|phrase|code)?(?:[_-]?confirm(?:ation)?)?|pwd|secret|token|authorization|signature|(?:api|app|application|access|account|auth|client|encryption|functions|license|master|private|secret|shared|signing|storage|subscription)[_-]?key(?:[_-]?(?:base|data))?)[_-]?\d{0,3}`;

// Of JSON, of JSON inside of a JSON string, of a query, of a page.
const quote = raw`(?:\\{0,3}["'\x60]|%22|&quot;)`;

// Where nothing closes it, it is the rest of the line.
const quoted = raw`(?:"(?:\\.|[^"\\|]|\|(?! ))*"?|'(?:\\.|''|[^'\\|]|\|(?! ))*'?|\x60[^\x60|]*\x60?|\\{1,3}["'](?:\\{3}["']|\\(?!\\{0,2}["'])|[^\\|"]|\|(?! ))*(?:\\{1,3}["'])?)`;

// A comma or a bracket ends it only where something else begins behind.
const bare = raw`(?:[^\s"'\x60\\,;&|)\]}<]|["'\x60](?=\w)|\\(?!["'])|<(?!\/)|[,;&|)\]}](?![\s"'\x60\\,;&|)\]}]|$|(?:amp;)?[\w.-]{1,64}\\?["']?[:=]))+`;

// What has been redacted before, an object, and an address: the secrets in those have rules of their own.
const value = raw`(?!\[?redacted\]|[|>][+-]?\d?(?: \||\\n)|[{[]["'\\\s{[]|[\w+.-]{1,20}:\/\/)(${quoted}|${bare})`;

// With spaces or without; a block of YAML; the value of a variable of a pod; the content of an XML element.
const separator = raw`(?:(?:${quote}?(?:[\s,|]|\\n){0,9}${quote}?value)?${quote}?\s*(?:=>|:=|[:=](?![:=])|%3[ad])\s*(?:[|>][+-]?\d?(?: \| |\\n\s*))?\[?|(?<=<[\w.:-]{1,64})>)`;

// https://www.iana.org/assignments/http-authschemes and what clouds have besides.
const scheme = raw`(?:basic|bearer|digest|negotiate|ntlm|token|api-?key|aws\d?(?:-hmac-sha256)?|oauth|hawk|hmac\S{0,20}|sharedkey(?:lite)?|sharedaccesssignature|signature|googlelogin|dpop|jwt|geniekey|splunk|key|mac)`;

const parameters = raw`[\w-]+\s?=\s?(?:\\?"[^"]*"|[^\s,"']*)(?:\s?[,;]\s*[\w-]+=(?:\\?"[^"]*"|[^\s,"']*))*`;

const prefix = raw`(?:gh[oprsu]_|github_pat_|gl(?:pat|dt|rt|ptt|cbt|soat|ft|imt|agent|oas|ffct)-|gl(?:c|sa)_|xox[a-z]-|xapp-\d-|[prs]k_(?:live|test|prod)_|whsec_|sk-(?:ant|proj|svcacct|admin|or)-|(?:sk-|npm_|hf_|LTAI|AKCp)(?=[A-Za-z\d]{20})|(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z\d])(?=[A-Z\d]{12})|AIza|ya29\.|GOCSPX-|1\/\/0|pypi-A|SG\.(?=[\w-]{10,70}\.)|do[opr]_v1_|dckr_pat_|dp\.(?:pt|st|ct|sa|scim|audit)\.|hv[bsr]\.|(?:pul-|dapi)(?=[\da-f]{20})|shp(?:at|ca|pa|ss)_|sq0[a-z]{3}-|NRAK-|lin_api_|PMAK-|sntry[su]_|figd_|AT[AC]TT3|xkeysib-|AGE-SECRET-KEY-1)`;

const privateKey = raw`[A-Z\d ]{0,20}PRIVATE KEY(?: BLOCK)?-----`;

type Replacement = string | ((match: string, ...groups: string[]) => string);

const everywhere = (source: string): RegExp => new RegExp(source, 'gi');

/** `near`: words without one of which the pattern cannot fit: looking for them is cheaper. */
type Rule = readonly [near: string, pattern: RegExp, replacement: Replacement];

const names = 'pass pwd secret token authorization signature key';

/** In this order: what is between quotes or behind a scheme goes before the single word. */
export const rules: readonly Rule[] = [
  [
    'private',
    everywhere(`(?:-----BEGIN ${privateKey}|Private-Lines: \\d)[^]*?(?:-----END ${privateKey}|Private-MAC: \\w+|$)`),
    redacted,
  ],
  // Its beginning was cut off.
  [
    'private',
    everywhere(raw`(?<![\w+/=\\]|(?:^|[^\w+/=\\])[\w+/=]+ \| )(?:[\w+/=]+(?: \| |\\n))*-----END ${privateKey}`),
    redacted,
  ],
  ['://', /(?<=:\/\/)(?:(?!:\/\/)[^\s"'`]|["'](?=\w))+/g, withoutUser],
  [
    'jdbc:oracle @tcp( @unix(',
    /(?<=jdbc:oracle:\w{1,8}:)[^\s@"']+|(?<![^\s"'])[^\s:/@"']{1,64}:[^\s"']{1,128}(?=@(?:tcp|unix)\()/gi,
    redacted,
  ],
  [
    'cookie',
    /(?<![\w-])((?:set-)?cookie2?\\*["']?\s*[:=]\s*\[?\s*\\*["']?)[^\s=:;,"'|\\]{1,128}=(?:\\?["'][^"']*["']|[^"'|\\]|\|(?! ))*/gi,
    `$1${redacted}`,
  ],
  [
    'authorization digest aws4',
    everywhere(
      raw`((?:authorization${quote}?\s*[:=]\s*\[?${quote}?${scheme}\s+|\bdigest\s+(?=username)|\baws4-hmac-sha256\s+(?=credential))(?!\[redacted))(?:${parameters}|${bare})`,
    ),
    `$1${redacted}`,
  ],
  [
    'bearer negotiate ntlm dpop key',
    /\b((?:bearer|negotiate|ntlm|dpop|api-?key)\s+)([\w.~+/-]{8,}(?![\w.~+/-]|=\\?")=*)/gi,
    afterScheme,
  ],
  ['basic auth', /((?:\bbasic\s+|(?:\b|_)auth\\*["']?\s*[:=]\s*\\*["']?))([\w+/-]{4,}={0,2})/gi, basic],
  ['-u', /((?:^|[\s"'])(?:-u|--user|--proxy-user)[\s=]{1,2}["']?[^\s:"'|]{1,64}:)(?!\d+\b)[^\s"']+/gi, `$1${redacted}`],
  ['machine', /(\bmachine\s+\S+\s+login\s+\S+\s+password\s+)\S+/gi, `$1${redacted}`],
  [
    'login sshpass mysql',
    /(\b(?:(?:docker|podman|buildah|skopeo|nerdctl|oras|helm registry) login|sshpass)\b[^|]{0,80}?\s-p\s|\bmysql\w*[^|]{0,80}?\s-p)["']?[^\s|"']+/gi,
    `$1${redacted}`,
  ],
  ['key= code= sig= assertion=', /([?&;](?:key|code|sig|assertion)=)[^\s&"'<>]{8,}/gi, `$1${redacted}`],
  [names, everywhere(raw`(?<![\w.-])([\w.-]*${name})(${separator})${value}`), named],
  [names, everywhere(raw`(?<![\w-])(--?[\w-]*${name})(\s+)(?!-)${value}`), named],
  ['pass identified', everywhere(raw`\b(password|passphrase|identified by)(\s+)(${quoted})`), named],
  [
    'hooks. discord webhook. telegram',
    /((?:hooks\.slack\.com\/\w+|discord(?:app)?\.com\/api\/webhooks|webhook\.office\.com\/\w+|api\.telegram\.org)\/)[^\s"'`<>)|]+/gi,
    `$1${redacted}`,
  ],
  // JSON in base64: a web token, signed (three parts) or encrypted (five), or a whole configuration.
  [
    'eyj',
    /\beyJ[\w-]*(?:\.[\w-]*)*/g,
    (word) => (word.length > (word.split('.').length > 2 ? 20 : 40) ? redacted : word),
  ],
  ['', new RegExp(raw`(?<![A-Za-z\d])${prefix}[\w.=+/-]{10,}`, 'g'), redacted],
  ['q~ :a', /(?<![\w~.])[\w~.]{3}\dQ~[\w~.-]{31,}|(?<!\d)\d{5,16}:A[\w-]{34}/g, redacted],
];

const prepared = rules.map(([near, pattern, replacement]) => ({ words: near.split(' '), pattern, replacement }));

// Names, words and paths of so few characters: no pattern fits them, and they are most of what a line of the log has.
export const short = /^[\w./-]{0,12}$/;

/** The text without the secrets in it. What has been redacted stays as it is when it comes by again. */
export function redact(text: string): string {
  if (short.test(text)) return text;
  const lower = text.toLowerCase();
  return prepared
    .filter(({ words }) => words.some((word) => lower.includes(word)))
    .reduce(
      (clean, { pattern, replacement }) =>
        typeof replacement === 'string' ? clean.replace(pattern, replacement) : clean.replace(pattern, replacement),
      text,
    );
}

/** `ann:hunter2@shop.test/x`: up to the last @ before the path, or behind it where a password has a slash. */
function withoutUser(address: string): string {
  if (!address.includes('@')) return address;
  const [authority = ''] = address.split(/[/?#]/, 1);
  const isPassword = /^[^:/?#@[]*:(?!\d*(?:[/?#]|$))/.test(address);
  const end = (authority.includes('@') || !isPassword ? authority : address).lastIndexOf('@');
  return end < 1 || /^git@/.test(address) ? address : redacted + address.slice(end);
}

function afterScheme(match: string, before = '', credentials = ''): string {
  const isWord = /^[a-z]?[a-z_-]{0,20}$/i.test(credentials) && !/[a-z][A-Z]/.test(credentials);
  return isWord ? match : before + redacted;
}

/** User and password in base64. */
function basic(match: string, before = '', credentials = ''): string {
  return Buffer.from(credentials, 'base64').includes(':') ? before + redacted : match;
}

// How a message goes on, rather than a secret.
const prose =
  /^(?:an?|and|are|at|be|but|can|cannot|context|could|denied|did|does|empty|eof|error|exit|expected|expired|fail(?:ed|ure)|flag|for|forbidden|found|from|get|got|has|https?|i\/o|in|incorrect|insufficient|internal|invalid|is|it|length|malformed|may|mismatch|missing|must|no|not|of|on|only|open|option|or|permission|please|post|read|refused|rejected|request|required|revoked|rpc|see|server|should|signature|status|the|timeout|to|too|unable|unauthorized|unexpected|unknown|unset|unsupported|user|value|was|were|when|with|wrong|yes|you)$/i;

const placeholder =
  /^(?:null|nil|none|undefined|true|false|\*+|<[^>]*>|\$\{\w+\}?|\$[A-Z_][A-Z\d_]*|\$\(.*|\{\{.*|%[a-z])$/i;

interface Named {
  key: string;
  /** What stands between the name and the value. */
  between: string;
  /** The value without its quotes. */
  content: string;
  isQuoted: boolean;
  before: string;
  after: string;
}

function named(match: string, key = '', between = '', found = '', ...rest: unknown[]): string {
  const [offset, text] = rest as [number, string];
  const [mark = ''] = /^\\*["'`]/.exec(found) ?? [];
  const isClosed = found.length > mark.length && found.endsWith(mark);
  const content = found.slice(mark.length, isClosed ? found.length - mark.length : undefined);
  const before = text.slice(Math.max(0, offset - 12), offset);
  const after = text.slice(offset + match.length, offset + match.length + 12);
  const all = { key, between, content, isQuoted: mark !== '', before, after };
  if (content === '' || placeholder.test(content) || isStruckOut(all) || isTold(all) || isOther(all)) return match;
  return `${key}${between}${mark}${redacted}${isClosed ? mark : ''}`;
}

/** `Authorization: Bearer [redacted]` */
function isStruckOut({ key, content, after }: Named): boolean {
  if (!/authorization$/i.test(key)) return content === redacted;
  return content.endsWith(redacted) || after.startsWith(` ${redacted}`);
}

/** `token: unexpected status 401`, and how Go and Kubernetes chain their errors: `token: oidc: ...`, `token: pod "a" ...`. */
function isTold({ between, content, isQuoted, before, after }: Named): boolean {
  if (isQuoted || !/\s$/.test(between)) return false;
  const word = content.replace(/^\(|(?<![.,:;!?)])[.,:;!?)]+$/g, '');
  return (
    prose.test(word) ||
    /^[a-z-]+:$/i.test(content) ||
    /expected $/i.test(before) ||
    (/^[a-z]+$/i.test(word) && /^ \\*"/.test(after)) ||
    (/^[1-5]\d\d$/.test(word) && /^ [A-Z(]/.test(after))
  );
}

/** What only looks like a secret by its name. */
function isOther(found: Named): boolean {
  const { key, between, content } = found;
  if (/pass$/i.test(key)) return isNoPassword(found);
  // The working directory.
  if (/pwd$/i.test(key) && content.startsWith('/')) return true;
  // Of an image or a certificate, which is public; those of requests stand behind `=`.
  if (/signature$/i.test(key) && !between.includes('=')) return true;
  return endsQuote(found) || /^\/(?:dev|etc|home|mnt|opt|proc|root|run|srv|tmp|usr|var)\//.test(content);
}

/** `PASS: TestLogin`, `pass 3`, `bypass: true` */
function isNoPassword({ key, between, content }: Named): boolean {
  if (!/(?:(?:^|[_.-])(?:pass|PASS|Pass)|[a-z\d]Pass|[A-Z\d]PASS)$/.test(key)) return true;
  return /^pass$/i.test(key) && (/^\d+$/.test(content) || (key !== 'pass' && between.includes(':')));
}

/** `arn:aws:secretsmanager:...:secret:shop`, `Get ".../token": dial tcp`, `volume "shop-secret" : secret "shop" not found` */
function endsQuote({ between, isQuoted, before }: Named): boolean {
  if (between === ':') return before.endsWith(':');
  return !isQuoted && /^["'`]/.test(between) && (!/["'`]$/.test(before) || /^.\s+:/.test(between));
}

/**
 * Text of tests and of the API server as one line that answers, Events and records can show: no control characters,
 * no secrets, not too long.
 */

// Event messages end at 1024 bytes; Flagger puts text of its own before a hook's body.
const longestBytes = 900;
const longestTail = 600;
const longestFirstLine = 650;

// Characters that the patterns below see: more than what is shown, so that half a secret at the cut never is.
const longestRead = 8192;

/** One line, secrets struck out, at most 900 bytes, cut at a character. */
export function oneLine(text: string): string {
  return cut(redact(stripControls(beginningOf(text))), longestBytes);
}

/** The first line, where Kubernetes says what is wrong. */
export function firstLine(text: string): string {
  return cut(beginningOf(text).trim().split('\n')[0] ?? '', longestFirstLine);
}

/** The end of a test's output: the last lines say why it failed. */
export function tail(output: string): string {
  const text = redact(stripControls(endOf(output)));
  if (Buffer.byteLength(text) <= longestTail) return text;
  const kept = keep([...text].reverse(), longestTail)
    .reverse()
    .join('');
  return `...${kept.trimStart()}`;
}

// https://en.wikipedia.org/wiki/ANSI_escape_code
const escapeSequence = new RegExp(`${String.fromCharCode(27)}(\\[[0-9;?]*[ -/]*[@-~]|[@-Z\\\\-_])`, 'g');
const controlCharacter = /\p{Cc}/gu;

function stripControls(text: string): string {
  return text
    .replace(escapeSequence, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(controlCharacter, ' ').trim())
    .filter((line) => line !== '')
    .join(' | ');
}

/** The beginning of a text, cut between two words: half a secret would not be recognised. */
function beginningOf(text: string): string {
  if (text.length <= longestRead) return text;
  const beginning = text.slice(0, longestRead);
  return beginning.slice(0, lastBreak(beginning) + 1);
}

/** The end of a text, cut between two words. */
function endOf(text: string): string {
  if (text.length <= longestRead) return text;
  const end = text.slice(-longestRead);
  const first = end.search(/\s/);
  return first === -1 ? '' : end.slice(first);
}

function lastBreak(text: string): number {
  return Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n'));
}

type Replacement = string | ((match: string) => string);

// None of them begins at each character of a word and then reads to its end: that takes a second for 15 kB of `a-a-a-`.
const secrets: readonly [RegExp, Replacement][] = [
  [/\b(authorization\s*[:=]\s*)(?:(bearer|basic|token)\s+)?[^\s|,;"']+/gi, '$1$2 [redacted]'],
  [/\b(bearer|basic)\s+[a-z0-9._~+/-]{8,}=*/gi, '$1 [redacted]'],
  [/(?<=[a-z0-9+.-]:\/\/)[^\s/@|]+@/gi, '[redacted]@'],
  [
    /(?<![a-z0-9])((?:pass(?:word|wd)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)["']?\s*[:=]\s*["']?)[^\s|,;&"']+/gi,
    '$1[redacted]',
  ],
  [/\beyJ[\w-]*(?:\.[\w-]+)*/g, (word) => (isWebToken(word) ? '[redacted]' : word)],
];

/** Three parts of a signed JSON web token, five of an encrypted one. */
function isWebToken(word: string): boolean {
  return word.length > 20 && word.split('.').length >= 3;
}

export function redact(text: string): string {
  return secrets.reduce(
    (clean, [pattern, replacement]) =>
      typeof replacement === 'string' ? clean.replace(pattern, replacement) : clean.replace(pattern, replacement),
    text,
  );
}

function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  return `${keep([...text], bytes - 3).join('')}...`;
}

/** The first of them that fit into so many bytes. */
function keep(characters: string[], bytes: number): string[] {
  let size = 0;
  const end = characters.findIndex((character) => {
    size += Buffer.byteLength(character);
    return size > bytes;
  });
  return end === -1 ? characters : characters.slice(0, end);
}

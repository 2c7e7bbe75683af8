/**
 * Words of tests and of the API server, made fit for one line that people, events and alerts show:
 * no control characters, no secrets, not too long.
 */

// Event messages end at 1024 bytes; Flagger puts words of its own before a hook's body.
const longestBytes = 900;
const longestTail = 600;
const longestOpening = 650;

/** One line, secrets struck out, at most 900 bytes, cut at a character. */
export function oneLine(text: string): string {
  return cut(redact(plain(text)), longestBytes);
}

/** How Kubernetes begins to tell what is wrong. */
export function opening(text: string): string {
  return cut(text.trim().split('\n')[0] ?? '', longestOpening);
}

/** The end of a test's output: what it said last is what it died of. */
export function lastWords(output: string): string {
  const text = redact(plain(output));
  if (Buffer.byteLength(text) <= longestTail) return text;
  const kept = keep([...text].reverse(), longestTail)
    .reverse()
    .join('');
  return `...${kept.trimStart()}`;
}

// https://en.wikipedia.org/wiki/ANSI_escape_code
const escapeSequence = new RegExp(`${String.fromCharCode(27)}(\\[[0-9;?]*[ -/]*[@-~]|[@-Z\\\\-_])`, 'g');
const controlCharacter = /\p{Cc}/gu;

function plain(text: string): string {
  return text
    .replace(escapeSequence, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(controlCharacter, ' ').trim())
    .filter((line) => line !== '')
    .join(' | ');
}

const secrets: readonly [RegExp, string][] = [
  [/\b(authorization\s*[:=]\s*)(?:(bearer|basic|token)\s+)?[^\s|,;"']+/gi, '$1$2 [redacted]'],
  [/\b(bearer|basic)\s+[a-z0-9._~+/-]{8,}=*/gi, '$1 [redacted]'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@|]+@/gi, '$1[redacted]@'],
  [
    /\b((?:[a-z0-9]+[_-])*(?:pass(?:word|wd)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)["']?\s*[:=]\s*["']?)[^\s|,;&"']+/gi,
    '$1[redacted]',
  ],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '[redacted]'],
];

function redact(text: string): string {
  return secrets.reduce((words, [pattern, replacement]) => words.replace(pattern, replacement), text);
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

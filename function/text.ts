/**
 * Text of tests, of the API server and of callers as one line that answers, Events, records and the log can show: no control
 * characters, none that cannot be seen, no secrets, not too long.
 */
import { redact } from './redact.ts';

// Event messages end at 1024 bytes; Flagger puts text of its own before a hook's body.
const longestBytes = 900;
const longestTail = 600;
const longestFirstLine = 650;

// Characters that the patterns below see: more than what is shown, so that half a secret at the cut never is.
const longestRead = 8192;

// What the kubelet keeps of a container's output, its end: https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/container/runtime.go
const longestOutput = 2048;

/** One line, secrets redacted, at most 900 bytes, cut at a character. */
export function oneLine(text: string, bytes = longestBytes): string {
  return cut(redact(clean(beginningOf(text))), bytes);
}

/** The same, and behind it what is not to be cut. */
export function oneLineWith(end: string, text: string): string {
  if (end === '') return oneLine(text);
  const ending = `; ${oneLine(end)}`;
  return oneLine(text, longestBytes - Buffer.byteLength(ending)) + ending;
}

/** The first line, where Kubernetes says what is wrong. */
export function firstLine(text: string): string {
  const [first = ''] = beginningOf(text).trim().split('\n', 1);
  return cut(redact(clean(first)), longestFirstLine);
}

/** The end of a test's output: the last lines say why it failed. */
export function tail(output: string): string {
  const end = redact(clean(output.slice(-longestRead)));
  const text = Buffer.byteLength(output) < longestOutput ? end : withoutBeginning(end);
  if (Buffer.byteLength(text) <= longestTail) return text;
  const kept = keep([...text].reverse(), longestTail)
    .reverse()
    .join('');
  return `...${kept.trimStart()}`;
}

// More than stands between the name of a secret and its end.
const longestSecret = 160;

/** Without its beginning, up to a word: what was cut off may have said that a secret comes. */
function withoutBeginning(text: string): string {
  return text.slice(longestSecret).replace(/^\S+ ?/, '');
}

/** A line of a log as it stands there, with its indentation, of at most so many bytes; a tab is four spaces. */
export function logLine(line: string, bytes = longestRead / 2): string {
  // Half a secret at its end is not shown: there are fewer bytes of it than characters are read.
  const text = line.slice(0, longestRead);
  if (/^[ -~]*$/.test(text)) return cut(redact(text.trimEnd()), bytes);
  const seen = text.replace(escapeSequence, '').replace(unseen, '').replaceAll('\t', '    ');
  const plain = seen.replace(/[\u2028\u2029]/g, ' ').replace(controlCharacter, ' ');
  return cut(redact(plain.trimEnd()), bytes);
}

const esc = String.fromCharCode(0x1b);
const bell = String.fromCharCode(0x07);

// Colours and cursors; links and titles, whose content a terminal does not show; the rest.
// https://en.wikipedia.org/wiki/ANSI_escape_code
export const escapeSequence = new RegExp(
  String.raw`(?:${esc}\[|\x9b)[0-?]*[ -/]*[@-~]|(?:${esc}[\]PX^_]|[\x90\x98\x9d-\x9f])[^\n${bell}${esc}\x90\x98\x9c-\x9f]*(?:${bell}|${esc}\\|\x9c)|${esc}[ -/]*[0-~]`,
  'g',
);
const lineEnd = /\r\n|[\n\v\f\r\x85\u2028\u2029]/;
const controlCharacter = /\p{Cc}/gu;
// They turn text around, hide it or carry text of their own; half a surrogate pair is no text.
// https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing https://trojansource.codes
const unseen = /[\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

function clean(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.trim();
  return text
    .replace(escapeSequence, '')
    .replace(unseen, '')
    .split(lineEnd)
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

function lastBreak(text: string): number {
  return Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n'));
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

/** Of an address or a path: what is joined with it begins with a slash. */
export function withoutLastSlashes(text: string): string {
  return text.replace(/(?<!\/)\/+$/, '');
}

/** Markdown with the words of its links in place of the links. */
export function linksAsWords(text: string): string {
  return text.replace(/\[([^[\]]*)\]\([^()]*\)/g, '$1');
}

#!/usr/bin/env node
// What JUnit XML reports say, as the result that the verifier reads from the container's termination message:
//   node junit-result.cjs FILE|FOLDER...    (of a folder: its *.xml)
// The same as junit-result.sh, to the byte, for images that have Node (12 or newer) and no awk; the environment and the
// exit status are described there.
'use strict';

// biome-ignore lint/style/useNodejsImportProtocol: Node 12 does not know node:
const { readdirSync, readFileSync, statSync, writeFileSync, writeSync } = require('fs');
// biome-ignore lint/style/useNodejsImportProtocol: Node 12 does not know node:
const { join } = require('path');

// Kubernetes keeps the last 4096 bytes of the file: of a longer one the beginning is lost.
// https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
const longest = 4000;
const longestName = 256;
const longestMessage = 512;
const longestText = 4096;

// One character for each byte of a report, so that both scripts count and cut alike.
const bytesOf = (text) => Buffer.from(text, 'utf8').toString('latin1');
const between = bytesOf(' › ');
const cutHere = bytesOf('…');
const notACharacter = bytesOf('\uFFFD');
const byteOrderMark = bytesOf('\uFEFF');
const entities = new Map(Object.entries({ quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' }));

const trimmed = (words) => words.replace(/^[ \t\r\n]+/, '').replace(/[ \t\r\n]+$/, '');

// Some tools say the class in the name once more.
function titled(className, name) {
  if (className === '' || `${name} `.startsWith(`${className} `)) return name;
  return name === '' ? className : className + between + name;
}

// The first line alone is often where it failed, not what.
function firstLines(words) {
  const lines = words.split('\n').map((line) => line.replace(/[ \t\r]+$/, ''));
  const said = lines.filter((line) => line !== '').slice(0, 3);
  return trimmed(said.join('\n'));
}

function character(digits) {
  const isHex = digits.startsWith('x');
  if (!(isHex ? /^x[0-9a-fA-F]+$/ : /^[0-9]+$/).test(digits)) return undefined;
  const point = isHex ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10);
  const isNone = point < 1 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff);
  return isNone ? notACharacter : bytesOf(String.fromCodePoint(point));
}

function plain(words) {
  return words.replace(/&([^;&]{1,12});/g, (reference, name) => {
    const meant = name.startsWith('#') ? character(name.slice(1)) : entities.get(name);
    return meant === undefined ? reference : meant;
  });
}

// How many bytes the UTF-8 character there has; 0 where none begins.
function sizeAt(words, at) {
  const first = words.charCodeAt(at);
  if (first < 128) return 1;
  const size = [
    [194, 0],
    [224, 2],
    [240, 3],
    [245, 4],
  ].find(([next]) => first < next);
  if (size === undefined) return 0;
  const rest = words.slice(at + 1, at + size[1]);
  return rest.length === size[1] - 1 && /^[\x80-\xbf]*$/.test(rest) ? size[1] : 0;
}

function escaped(char) {
  if (char === '"' || char === '\\') return `\\${char}`;
  if (char === '\n') return '\\n';
  if (char === '\r') return '\\r';
  if (char === '\t') return '\\t';
  return char < ' ' ? `\\u00${char.charCodeAt(0).toString(16).padStart(2, '0')}` : char;
}

// As a JSON string of so many bytes at most, cut at a character.
function json(words, most) {
  let out = '';
  let whole = '';
  for (let at = 0; at < words.length; ) {
    const size = sizeAt(words, at);
    const char = size === 0 ? notACharacter : words.slice(at, at + size);
    const piece = size === 1 ? escaped(char) : char;
    if (out.length + piece.length > most) return whole + cutHere;
    out += piece;
    if (out.length <= most - 3) whole = out;
    at += Math.max(size, 1);
  }
  return out;
}

const found = { total: 0, failed: 0, skipped: 0, failures: [], kept: 0 };

// An element left open, or text where none can be, is a report cut short or no report.
// Each method gives back what is wrong, or nothing.
class Report {
  constructor() {
    this.open = [];
    this.roots = 0;
    this.inside = '';
    this.suite = '';
    this.title = '';
    this.isFailed = false;
    this.isSkipped = false;
    this.cause = undefined;
  }

  // No other character begins a tag, so a record is one tag and the text behind it.
  read(content) {
    const records = content.split('<');
    if (records.length > 1 && records[records.length - 1] === '') records.pop();
    let why = this.prolog(records.shift());
    while (why === '' && records.length > 0) why = this.tag(records.shift());
    if (why === '') why = this.end();
    if (this.cause !== undefined) this.finishCause();
    return why;
  }

  end() {
    if (this.inside !== '') return `${this.inside} is missing`;
    if (this.open.length > 0) return `</${this.open[this.open.length - 1]}> is missing`;
    return this.roots === 0 ? 'it is empty' : '';
  }

  prolog(record) {
    return this.text(record.startsWith(byteOrderMark) ? record.slice(byteOrderMark.length) : record);
  }

  tag(record) {
    if (this.inside !== '') return this.section(`<${record}`);
    if (record.startsWith('![CDATA[')) return this.section(record.slice(8), ']]>');
    if (record.startsWith('!--')) return this.section(record.slice(3), '-->');
    if (record.startsWith('?')) return this.section(record, '?>');
    return record.startsWith('/') ? this.endTag(record.slice(1)) : this.startTag(record);
  }

  // CDATA, a comment or a processing instruction.
  section(record, end = this.inside) {
    this.inside = end;
    const at = record.indexOf(end);
    if (end === ']]>') {
      if (this.open.length === 0) return 'text outside of the root element';
      this.keep(at < 0 ? record : record.slice(0, at));
    }
    if (at < 0) return '';
    this.inside = '';
    return this.text(record.slice(at + end.length));
  }

  text(record) {
    if (this.open.length === 0) return /^[ \t\r\n]*$/.test(record) ? '' : 'text outside of the root element';
    this.keep(plain(record.slice(0, longestText)));
    return '';
  }

  keep(words) {
    if (this.cause !== undefined && this.cause.body.length < longestText)
      this.cause.body += words.slice(0, longestText);
  }

  startTag(record) {
    const [name] = /^[A-Za-z_][-A-Za-z0-9_:.]*/.exec(record) || [''];
    if (name === '') return 'a tag that is none';
    const attributes = new Map();
    let rest = record.slice(name.length);
    for (;;) {
      const start = /^[ \t\r\n]+([A-Za-z_][-A-Za-z0-9_:.]*)[ \t\r\n]*=[ \t\r\n]*(["'])/.exec(rest);
      if (start === null) break;
      const [text, key, quote] = start;
      const end = rest.indexOf(quote, text.length);
      if (end < 0) return `<${name}> has no end`;
      attributes.set(key, rest.slice(text.length, end));
      rest = rest.slice(end + 1);
    }
    const end = /^[ \t\r\n]*(\/?)>/.exec(rest);
    if (end === null) return `<${name}> has no end`;
    const why = this.begin(name, (key) => this.value(attributes.get(key) || ''));
    if (why === '' && end[1] === '/') this.finish();
    return why === '' ? this.text(rest.slice(end[0].length)) : why;
  }

  endTag(record) {
    const name = this.open[this.open.length - 1];
    if (name === undefined || !record.startsWith(name)) return 'an end tag without its start tag';
    const end = /^[ \t\r\n]*>/.exec(record.slice(name.length));
    if (end === null) return `</${name}> has no end`;
    this.finish();
    return this.text(record.slice(name.length + end[0].length));
  }

  begin(name, value) {
    const parent = this.open[this.open.length - 1];
    if (parent === undefined) {
      this.roots += 1;
      if (this.roots > 1) return 'a second root element';
      if (name !== 'testsuite' && name !== 'testsuites') return `<${name}> is not JUnit XML`;
    }
    this.open.push(name);
    if (name === 'testsuite') this.suite = value('name');
    if (name === 'testcase') this.beginTest(titled(value('classname'), value('name')));
    if (name === 'skipped' && parent === 'testcase') this.isSkipped = true;
    if (name === 'failure' || name === 'error') this.beginCause(parent, value);
    return '';
  }

  beginTest(title) {
    found.total += 1;
    this.title = title;
    this.isFailed = false;
    this.isSkipped = false;
  }

  beginCause(parent, value) {
    // Of a suite that could not begin, some tools say so without a test.
    const isOfSuite = parent === 'testsuite' || parent === 'testsuites';
    if (isOfSuite) this.beginTest(this.suite);
    else if (parent !== 'testcase' || this.isFailed) return;
    this.isFailed = true;
    found.failed += 1;
    this.cause = { depth: this.open.length, message: value('message'), type: value('type'), body: '' };
  }

  finish() {
    if (this.cause !== undefined && this.cause.depth === this.open.length) this.finishCause();
    if (this.open.pop() === 'testcase' && this.isSkipped && !this.isFailed) {
      found.skipped += 1;
      this.isSkipped = false;
    }
  }

  finishCause() {
    const { message, type, body } = this.cause;
    this.cause = undefined;
    if (found.kept >= longest) return;
    const name = json(this.title || '(no name)', longestName);
    const failure = `{"name":"${name}","message":"${json(message || firstLines(body) || type, longestMessage)}"}`;
    found.failures.push(failure);
    found.kept += failure.length;
  }

  value(raw) {
    return trimmed(plain(raw.slice(0, longestText).replace(/[\t\r\n]/g, ' ')));
  }
}

function filesIn(path) {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name.endsWith('.xml') && !name.startsWith('.'));
    return names.length === 0 ? [join(path, '*.xml')] : names.sort().map((name) => join(path, name));
  } catch {
    return [path];
  }
}

function contentOf(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}

function read(file) {
  const content = contentOf(file);
  const why = content === undefined ? 'it cannot be read' : new Report().read(content);
  return why === '' ? [] : [`${file}: ${why}`];
}

function resultOf({ total, failed, skipped, failures }) {
  const counts = `{"total":${total},"passed":${total - failed - skipped},"failed":${failed},"skipped":${skipped}`;
  let result = `${counts},"failures":[`;
  for (const [index, failure] of failures.entries()) {
    if (result.length + failure.length + 4 > longest) break;
    result += index === 0 ? failure : `,${failure}`;
  }
  return `${result}]}\n`;
}

function write(result) {
  const path = process.env.TERMINATION_LOG || '/dev/termination-log';
  if (path === '-') writeSync(1, result, null, 'latin1');
  else writeFileSync(path, result, 'latin1');
}

const files = [].concat(...process.argv.slice(2).map(filesIn));
const problems = files.length === 0 ? ['no report is named'] : [].concat(...files.map(read));
for (const problem of problems) console.error(`junit-result: ${problem}`);
const isBroken = problems.length > 0;
const nothing = { total: 0, failed: 0, skipped: 0, failures: [] };
process.exitCode = isBroken || found.total === 0 ? 1 : 0;
try {
  write(resultOf(isBroken && found.failed === 0 ? nothing : found));
} catch (error) {
  console.error(`junit-result: ${error.message}`);
  process.exitCode = 2;
}

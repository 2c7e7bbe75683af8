/**
 * The commands that the pages give their readers: each line of a block that begins with a program, and each span of code in
 * the prose that begins with one and goes on with an operand, so that somebody could run it.
 */
import { globSync } from 'node:fs';
import { read, root } from '../support/documents.ts';

export interface Command {
  page: string;
  text: string;
  /** Of a line of a block: the heading above it, and the HTML comment before the block. A test finds its section by these. */
  sections: string[];
}

export const pages = [
  'README.md',
  ...globSync('docs/*.md', { cwd: root }).sort(),
  'knative/README.md',
  'knative/chart/README.md',
];

/** How many words say what a program is to do. Those after them are operands. */
const verbs: Record<string, number> = {
  'apt-get': 1,
  argocd: 2,
  ctr: 0,
  curl: 0,
  docker: 1,
  flux: 1,
  func: 1,
  gh: 2,
  git: 1,
  go: 1,
  helm: 1,
  jq: 0,
  'k8s-e2e-verifier': 1,
  kind: 2,
  kn: 2,
  kubectl: 1,
  'kubectl auth': 2,
  'kubectl create': 2,
  'kubectl e2e': 2,
  'kubectl e2e gate': 3,
  'kubectl rollout': 2,
  'kubectl set': 2,
  kustomize: 1,
  node: 0,
  npm: 1,
  npx: 0,
  openssl: 1,
  podman: 1,
  promtool: 1,
  skopeo: 1,
  wget: 0,
};
const programs = Object.keys(verbs).filter((verb) => !verb.includes(' '));
/** What is set for a program, or set to what it says. */
const variables = /^(?:\w+=(?:\$\(|'[^']*' |\S+ ))*/;
const beginning = new RegExp(`${variables.source}(?:${programs.join('|')})(?= |$)`);

export const isCommand = (text: string): boolean => beginning.test(text);

function isWhole(text: string): boolean {
  if (/^npm (ci|start|test)$/.test(text)) return true;
  const words = text.replace(variables, '').split(' ');
  const counts = [3, 2, 1].map((length) => verbs[words.slice(0, length).join(' ')]);
  const count = counts.find((each) => each !== undefined) ?? 0;
  const option = words.findIndex((word) => word.startsWith('-'));
  const operands = words.slice(1 + Math.min(count, option < 0 ? count : option - 1));
  return operands.some((word) => !word.startsWith('-') || word === '-' || word === '-A');
}

/** What one `&&` after another runs; of a here-document its beginning. */
function steps(text: string): string[] {
  const line = text.replaceAll(/\s+/g, ' ').replace(/ <<EOF$/, '');
  return line.trim().split(' && ').filter(isCommand);
}

/** Lines without their comments, joined where a shell reads on. */
function joined(lines: readonly string[]): string[] {
  const all: string[] = [];
  for (const line of lines.map((each) => each.replace(/(^|\s)# .*$/, ''))) {
    const last = all.at(-1) ?? '';
    const goesOn = last.endsWith('\\') || last.split("'").length % 2 === 0;
    if (goesOn) all[all.length - 1] = `${last.replace(/\\$/, '')} ${line}`;
    else all.push(line.trim());
  }
  return all;
}

function ofBlock(language: string, lines: readonly string[]): string[] {
  switch (language) {
    case 'bash':
    case 'sh':
      return joined(lines).flatMap(steps);
    case 'yaml':
      return lines.flatMap((line) => steps(/- run: (.+)/.exec(line)?.[1] ?? ''));
    default:
      // After a prompt; lines that go on are further in.
      return joined(lines.map((line) => (/^(\$| {3}) /.test(line) ? line.slice(2) : ''))).flatMap(steps);
  }
}

function ofProse(lines: readonly string[]): string[] {
  const spans = [...lines.join('\n').matchAll(/(?<!`)`((?:[^`\n]|\n(?!\n))+)`(?!`)/g)];
  return spans.flatMap(([, span = '']) => steps(span.replaceAll('\\|', '|'))).filter(isWhole);
}

interface Block {
  language: string;
  sections: string[];
  lines: string[];
}

export function commandsOf(page: string, text = read(page)): Command[] {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let block: Block | undefined;
  let heading = '';
  let mark = '';
  for (const line of text.split('\n')) {
    const [, language] = /^ *```(\w*)$/.exec(line) ?? [];
    if (block !== undefined) {
      if (language === undefined) block.lines.push(line);
      else block = undefined;
    } else if (language !== undefined) {
      block = { language, sections: [heading, mark], lines: [] };
      blocks.push(block);
    } else if (/^ {4}\S/.test(line)) blocks.push({ language: 'sh', sections: [heading], lines: [line] });
    else prose.push(line);
    heading = /^#+ (.+)$/.exec(block ? '' : line)?.[1] ?? heading;
    mark = /^<!-- (.+) -->$/.exec(line)?.[1] ?? (line === '' ? mark : '');
  }
  return [
    ...blocks.flatMap(({ language, sections, lines }) =>
      ofBlock(language, lines).map((each) => ({ page, text: each, sections })),
    ),
    ...ofProse(prose).map((each) => ({ page, text: each, sections: [] })),
  ];
}

/**
 * Lines of a terminal, with their colours, as a picture. The same lines give the same bytes.
 */
interface Style {
  bold?: true;
  /** Of `palette`. */
  colour?: string;
}

interface Span {
  text: string;
  style: Style;
  /** From 0. */
  column: number;
}

// Select Graphic Rendition: https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters
const effects: Record<number, (style: Style) => Style> = {
  0: () => ({}),
  1: (style) => ({ ...style, bold: true }),
  2: (style) => ({ ...style, colour: 'dim' }),
  22: ({ colour }) => (colour === undefined || colour === 'dim' ? {} : { colour }),
  31: (style) => ({ ...style, colour: 'red' }),
  32: (style) => ({ ...style, colour: 'green' }),
  33: (style) => ({ ...style, colour: 'yellow' }),
  36: (style) => ({ ...style, colour: 'cyan' }),
  39: ({ bold }) => (bold ? { bold } : {}),
};

// On the background each has a contrast of at least 4.5 to 1.
const palette: Record<string, string> = {
  text: '#e8edf3',
  dim: '#a3afbd',
  red: '#ff8080',
  green: '#4cc46a',
  yellow: '#f0b454',
  cyan: '#5cc8d7',
};
const background = '#0f141a';

const esc = String.fromCharCode(0x1b);
const sequence = new RegExp(String.raw`${esc}\[([\d;]*)m`);

function spansOf(line: string): Span[] {
  const spans: Span[] = [];
  let style: Style = {};
  let column = 0;
  for (const [index, part] of line.split(sequence).entries()) {
    // What the expression catches stands at each second place.
    if (index % 2 === 1) {
      style = part.split(';').reduce((former, code) => effectOf(Number(code))(former), style);
      continue;
    }
    if (part.includes(esc)) throw new Error(`there is no picture of an escape sequence in ${JSON.stringify(part)}`);
    if (part.trim() !== '') spans.push({ text: part, style, column });
    column += [...part].length;
  }
  return spans;
}

function effectOf(code: number): (style: Style) => Style {
  const effect = effects[code];
  if (effect === undefined) throw new Error(`there is no picture of the graphic rendition ${code}`);
  return effect;
}

/** Without colours. */
export function plain(line: string): string {
  return spansOf(line).reduce((text, { text: more, column }) => text.padEnd(column) + more, '');
}

// Pixels.
const [character, lineHeight, margin, size] = [7.8, 18, 16, 13];

/** `width`: columns. `title`: what is read to who does not see it. */
export function svgOf(lines: readonly string[], { width, title }: { width: number; title: string }): string {
  const [across, down] = [Math.ceil(width * character) + 2 * margin, lines.length * lineHeight + 2 * margin];
  const font = 'ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${across}" height="${down}" viewBox="0 0 ${across} ${down}" role="img">
<title>${inXml(title)}</title>
<style>text { font: ${size}px ${font}; white-space: pre; } .bold { font-weight: 700; } ${stylesheet()}</style>
<rect width="100%" height="100%" rx="8" fill="${background}"/>
${lines.flatMap((line, index) => spansOf(line).map((span) => textOf(span, index))).join('\n')}
</svg>
`;
}

function stylesheet(): string {
  return Object.entries(palette)
    .map(([name, colour]) => `.${name} { fill: ${colour}; }`)
    .join(' ');
}

function textOf({ text, style, column }: Span, line: number): string {
  const spaces = text.length - text.trimStart().length;
  const shown = text.trim();
  const x = rounded(margin + (column + spaces) * character);
  const y = margin + (line + 1) * lineHeight - 5;
  const look = [style.colour ?? 'text', ...(style.bold ? ['bold'] : [])].join(' ');
  // The length is told, because fonts differ and columns have to stand below each other.
  return `<text x="${x}" y="${y}" class="${look}" textLength="${rounded([...shown].length * character)}">${inXml(shown)}</text>`;
}

function rounded(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function inXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

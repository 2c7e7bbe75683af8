// The regular expressions of the sources, as the TypeScript compiler sees them.
// The compiler's API is marked unstable; types.ts uses the rest of it.
import { join } from 'node:path';
import {
  isCallExpression,
  isIdentifier,
  isNewExpression,
  isRegularExpressionLiteral,
  type Node,
} from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';
import { root } from '../support/documents.ts';

export interface Found {
  file: string;
  pattern: RegExp;
}

/**
 * All literals, and those that are constructed of literals alone; throws for one that only exists at run time, but in
 * the files of `exporting`, which export what they make.
 */
export function patternsIn(files: readonly string[], exporting: readonly string[]): Found[] {
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProjects: [join(root, 'tsconfig.json')] }).getProjects();
    return files.flatMap((file) => {
      const source = project?.program.getSourceFile(join(root, file));
      if (source === undefined) throw new Error(`${file} is not compiled`);
      const found: Found[] = [];
      const visit = (node: Node): void => {
        const code = exporting.includes(file) && !isRegularExpressionLiteral(node) ? undefined : codeOf(node);
        if (code !== undefined) found.push({ file, pattern: evaluated(code, file) });
        node.forEachChild(visit);
      };
      visit(source);
      return found;
    });
  } finally {
    api.close();
  }
}

function codeOf(node: Node): string | undefined {
  if (isRegularExpressionLiteral(node)) return node.text;
  const isMade = isNewExpression(node) || isCallExpression(node);
  return isMade && isIdentifier(node.expression) && node.expression.text === 'RegExp' ? node.getText() : undefined;
}

function evaluated(code: string, file: string): RegExp {
  try {
    return new Function(`return ${code}`)();
  } catch (error) {
    throw new Error(`${code} in ${file} is made of what only exists at run time, so nothing can test it: ${error}`);
  }
}

/**
 * `render`: a folder of spec files as objects to be applied.
 */
import type { Command } from 'commander';
import { Document, visit } from 'yaml';
import { exitsWith, type Status, statuses } from '../exit.ts';
import type { NamespaceOption } from '../options.ts';
import { objectsOf, type SpecsObjects } from './objects.ts';
import { filesIn, objectName, type SpecsOptions, withSpecs } from './options.ts';
import { runner } from './runner.ts';

const examples = (program: string) => `
Examples:
  ${program} render specs --name shop | kubectl apply --server-side -f -
  ${program} render specs --name shop -n shop > deploy/e2e.yaml     for GitOps

Exit status: 0 printed; 2 the folder cannot be rendered; 64 wrong arguments.`;

interface Asked extends SpecsOptions, NamespaceOption {
  name: string;
}

export function addRender(program: Command): void {
  const command = program
    .command('render')
    .summary('prints a folder of spec files as an E2ESpec and its ConfigMaps, to be applied')
    .description(
      'Prints a folder of spec files as an E2ESpec and its ConfigMaps: the same bytes for the same files. ' +
        'Dot files, node_modules and what .gitignore names are left out.',
    );
  withSpecs(command)
    .requiredOption('--name <name>', 'of the E2ESpec: that of its Canary', objectName)
    .option('-n, --namespace <namespace>', 'to be written into the objects')
    .addHelpText('after', examples(program.name()))
    .action(exitsWith(render));
}

async function render(folder: string, { name, namespace, image, serviceAccount }: Asked): Promise<Status> {
  const wanted = {
    name,
    image,
    ...(namespace !== undefined && { namespace }),
    ...(serviceAccount !== undefined && { serviceAccountName: serviceAccount }),
  };
  process.stdout.write(toYaml(objectsOf(filesIn(folder, image), runner, wanted)));
  return statuses.passed;
}

/** As YAML 1.1, which kubectl reads: it quotes what only YAML 1.2 takes for a text. */
export function toYaml({ configMaps, e2eSpec }: SpecsObjects): string {
  return [...configMaps, e2eSpec].map(documentOf).join('---\n');
}

function documentOf(object: object): string {
  const document = new Document(object, { version: '1.1' });
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && mayBeMisread(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** What some take for a number (`0o7`), and a block that begins with a tab, which kubectl takes for none. */
function mayBeMisread(text: string): boolean {
  return text.includes('\n') ? /^\s/.test(text) : !/^[a-z/]/i.test(text);
}

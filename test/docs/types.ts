// An interface of a source file as the TypeScript compiler sees it: its fields, which are optional, their literals.
// The compiler's API is marked unstable; all that is used of it stands here.
import { join } from 'node:path';
import {
  API,
  type Checker,
  isObjectType,
  isTypeReference,
  isUnionType,
  SymbolFlags,
  type Type,
} from 'typescript/unstable/sync';
import { read, root } from '../support/documents.ts';

export interface Shape {
  /** As the compiler prints it: string, V1EnvVar...; of a choice the literals in alphabetical order. */
  text: string;
  optional: boolean;
  isList: boolean;
  /** Of an object, or of a list's items. */
  fields: () => Record<string, Shape>;
}

function shape(checker: Checker, declared: Type, optional: boolean): Shape {
  const present = checker.getNonNullableType(declared) ?? declared;
  const isList = checker.isArrayType(present);
  const [element] = isList && isTypeReference(present) ? checker.getTypeArguments(present) : [];
  const type = element ?? present;
  const whole = checker.typeToString(type);
  const choices = isUnionType(type) && whole !== 'boolean' ? (type.getTypes() ?? []) : [];
  const literals = choices.map((choice) => checker.typeToString(choice)).sort();
  return { text: literals.join(' | ') || whole, optional, isList, fields: () => fieldsOf(checker, type) };
}

function fieldsOf(checker: Checker, type: Type): Record<string, Shape> {
  const fields = isObjectType(type) ? checker.getPropertiesOfType(type) : [];
  return Object.fromEntries(
    fields.map((field) => {
      const declared = checker.getTypeOfSymbol(field);
      if (!declared) throw new Error(`${field.name} has no type`);
      return [field.name, shape(checker, declared, (field.flags & SymbolFlags.Optional) !== 0)];
    }),
  );
}

/** Reads the interface, and gives it to the callback while the compiler is there to be asked. */
export function withInterface<T>(file: string, name: string, use: (shape: Shape) => T): T {
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProjects: [join(root, 'tsconfig.json')] }).getProjects();
    const position = read(file).indexOf(`interface ${name} {`) + 'interface '.length;
    const symbol = project?.checker.getSymbolAtPosition(join(root, file), position);
    if (!project || symbol?.name !== name) throw new Error(`${file} has no interface ${name}`);
    return use(shape(project.checker, project.checker.getDeclaredTypeOfSymbol(symbol), false));
  } finally {
    api.close();
  }
}

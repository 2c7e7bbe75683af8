/**
 * Runs a script of Lua's, as Argo CD does: the object is `obj`, and what it returns is a table.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

/** As far as it is used; fengari brings no types. https://www.lua.org/manual/5.3/manual.html#4 */
interface Fengari {
  lua: {
    lua_getfield(state: object, index: number, name: Uint8Array): number;
    lua_tojsstring(state: object, index: number): string | null;
  };
  lauxlib: { luaL_newstate(): object; luaL_dostring(state: object, code: Uint8Array): boolean | number };
  lualib: { luaL_openlibs(state: object): void };
  to_luastring(text: string): Uint8Array;
}

const { lua, lauxlib, lualib, to_luastring }: Fengari = createRequire(import.meta.url)('fengari');

/** The string fields of the table that the script returns. */
export function runLua<Name extends string>(
  script: string,
  obj: unknown,
  ...names: Name[]
): Record<Name, string | undefined> {
  const state = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(state);
  const failed = lauxlib.luaL_dostring(state, to_luastring(`local obj = ${literal(obj)}\n${script}`));
  assert.ok(!failed, lua.lua_tojsstring(state, -1) ?? 'the script fails');
  const fields = names.map((name) => {
    lua.lua_getfield(state, 1, to_luastring(name));
    return [name, lua.lua_tojsstring(state, -1) ?? undefined];
  });
  return Object.fromEntries(fields);
}

/** What JSON can say, in Lua. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return `{${value.map(literal).join(', ')}}`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, each]) => `[${JSON.stringify(key)}] = ${literal(each)}`);
  return `{${fields.join(', ')}}`;
}

/** The versions that `npm run cluster up` is told, as in `-- --kubernetes 1.37.2 --flagger 1.36.1 --knative 0.49.0`. */
import { parseArgs } from 'node:util';

/** The version of each Go module, without the "v". Knative 1.21 is the module version 0.48. */
export type Versions = Partial<Record<Versioned, string>>;

export type Versioned = 'kubernetes' | 'flagger' | 'knative';

/** Throws with a sentence on what is no version. */
export function versionsFrom(args: string[]): Versions {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { kubernetes: string, flagger: string, knative: string } });
  for (const [name, version] of Object.entries(values)) {
    if (!/^\d+\.\d+\.\d+$/.test(version)) {
      throw new Error(`--${name} ${version} is no version. Write all three numbers, as in --${name} 1.36.1`);
    }
  }
  return values;
}

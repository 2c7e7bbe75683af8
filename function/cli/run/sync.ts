/**
 * `--sync DIR:PATH`: a folder of this machine laid over one of the test's container, for tests whose image need not be built
 * for each change.
 */

import { InvalidArgumentError } from 'commander';
import type { Job } from '../../api/kubernetes.ts';
import { testContainer } from '../../api/labels.ts';
import { withoutLastSlashes } from '../../text.ts';
import type { SpecFile } from '../specs/folder.ts';
import { configMap, type SpecsConfigMap, withKeys } from '../specs/objects.ts';

export interface Sync {
  /** Of this machine. */
  folder: string;
  /** In the container. */
  path: string;
}

/** The last colon parts them: a folder of Windows has one as well. */
export function readSync(text: string): Sync {
  const [, folder = '', path = ''] = /^(.+):(\/[^:]*)$/.exec(text) ?? [];
  const clean = withoutLastSlashes(path);
  if (folder === '' || clean === '' || clean.split('/').includes('..')) {
    throw new InvalidArgumentError(
      'It takes DIR:PATH, a folder here and a folder in the container, as ./tests:/app/tests.',
    );
  }
  return { folder, path: clean };
}

const volume = 'synced';

/**
 * Each file and folder of the first level takes the place of what has its name there; what else is there stays, such as the
 * packages of the image.
 */
export function laidOver(job: Job, files: readonly SpecFile[], path: string): { job: Job; configMap: SpecsConfigMap } {
  const keyed = withKeys(files);
  const content = configMap(`${job.metadata?.name}-files`, { labels: { ...job.metadata?.labels } }, keyed);
  const items = keyed.map(({ key, path: to }) => ({ key, path: to }));
  const names = [...new Set(files.map((each) => each.path.split('/', 1)[0] ?? ''))];
  const mounts = names.map((name) => ({ name: volume, mountPath: `${path}/${name}`, subPath: name, readOnly: true }));
  const { spec } = job;
  const pod = spec?.template.spec;
  if (spec === undefined || pod === undefined) return { job, configMap: content };
  const containers = pod.containers.map((each) =>
    each.name === testContainer ? { ...each, volumeMounts: [...(each.volumeMounts ?? []), ...mounts] } : each,
  );
  const volumes = [...(pod.volumes ?? []), { name: volume, configMap: { name: content.metadata.name, items } }];
  return {
    job: { ...job, spec: { ...spec, template: { ...spec.template, spec: { ...pod, containers, volumes } } } },
    configMap: content,
  };
}

/** Files that stand among manifests and are none, known by their names and places. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';

/** Why a document or a file is not looked at. */
export type SkipReason =
  | 'helm-chart'
  | 'template'
  | 'kustomization'
  | 'kustomize-patch'
  | 'values'
  | 'list'
  | 'other-json'
  | 'other-tool'
  | 'ci'
  | 'node-without-info'
  | 'untyped';

const ciDirectory = /(?:^|\/)(?:\.github\/(?:workflows|actions)|\.circleci|\.gitlab|\.buildkite|\.azure-pipelines)\//;
const ciFile =
  /^(?:\.gitlab-ci.*|\.travis|azure-pipelines.*|bitbucket-pipelines|\.drone|appveyor|\.appveyor|cloudbuild.*|\.pre-commit-config|docker-compose.*|compose.*|mkdocs)\.ya?ml$/;

/** CI and build tools have tags of their own (`!reference`), so that their files need not even be readable. */
export function isCiFile(file: string): boolean {
  return ciDirectory.test(file.split(sep).join('/')) || ciFile.test(basename(file));
}

/** As kustomize looks for them (api/konfig). */
export const kustomizationNames: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export function isKustomization(file: string): boolean {
  return kustomizationNames.includes(basename(file));
}

export function isValuesFile(file: string): boolean {
  return /^(?:values.*|.*[._-]values)\.(?:ya?ml|json)$/i.test(basename(file));
}

/** Finds charts of Helm around files; looks at each directory once. */
export class Charts {
  readonly #known = new Map<string, Promise<boolean>>();

  /** Whether the file is a template of a chart: below `templates` of a directory with a Chart.yaml. */
  async isTemplate(file: string): Promise<boolean> {
    for (let directory = dirname(resolve(file)); directory !== dirname(directory); directory = dirname(directory))
      if (basename(directory) === 'templates' && (await this.#isChart(dirname(directory)))) return true;
    return false;
  }

  #isChart(directory: string): Promise<boolean> {
    const known = this.#known.get(directory) ?? isFile(join(directory, 'Chart.yaml'));
    this.#known.set(directory, known);
    return known;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

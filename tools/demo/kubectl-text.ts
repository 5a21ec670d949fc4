import type { Response } from './webhook.ts';

export type Applied = {
  readonly file: string;
  readonly resource: string;
  readonly name: string;
  readonly response: Response;
};

/** What `kubectl apply` prints for the response of a webhook (pull-semantics 8.3, 8.4). */
export function kubectlText({ file, resource, name, response }: Applied): string {
  const warnings = (response.warnings ?? []).map((warning) => `Warning: ${warning}`);
  const result = response.allowed
    ? `${resource}/${name} created`
    : `Error from server (Forbidden): error when creating "${file}": admission webhook "validate.pullgate.dev" denied the request: ${response.status?.message}`;
  return [...warnings, result].join('\n');
}

import * as z from 'zod';
import { listOf, structOf, text } from './api-json.ts';
import { type FieldProblem, fieldProblemsOf } from './field-problem.ts';
import { schemaWhenUsed } from './schema-when-used.ts';

export type MutatingWebhookConfiguration = {
  readonly name: string;
  readonly webhooks: readonly { readonly name: string; readonly rules: readonly WebhookRule[] }[];
};

/** Which requests are sent to a webhook, before its selectors and match conditions. */
export type WebhookRule = {
  readonly operations: readonly string[];
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
  /** Empty for both scopes. */
  readonly scope: string;
};

export type ParsedMutatingWebhookConfiguration =
  | { readonly ok: true; readonly configuration: MutatingWebhookConfiguration }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

const names = listOf(text);
export const webhookRuleSchema = () =>
  structOf(z.object({ operations: names, apiGroups: names, apiVersions: names, resources: names, scope: text }));
const schema = schemaWhenUsed(() =>
  z
    .object({
      metadata: z.object({ name: z.string().min(1, 'is empty') }),
      webhooks: listOf(structOf(z.object({ name: text, rules: listOf(webhookRuleSchema()) }))),
    })
    .transform(({ metadata, webhooks }) => ({ name: metadata.name, webhooks })),
);

/** Never throws. */
export function parseMutatingWebhookConfiguration(object: unknown): ParsedMutatingWebhookConfiguration {
  const parsed = schema.safeParse(object);
  return parsed.success
    ? { ok: true, configuration: parsed.data }
    : { ok: false, problems: fieldProblemsOf(parsed.error, object) };
}

/** As the API server matches rules; `*` is everything, and behind a slash stand subresources. */
export function coversCreatedPods({ operations, apiGroups, apiVersions, resources, scope }: WebhookRule): boolean {
  return (
    hasOrAll(operations, 'CREATE') &&
    hasOrAll(apiGroups, '') &&
    hasOrAll(apiVersions, 'v1') &&
    (scope === '' || scope === '*' || scope === 'Namespaced') &&
    resources.some(coversPods)
  );
}

function hasOrAll(values: readonly string[], wanted: string): boolean {
  return values.includes(wanted) || values.includes('*');
}

/** `pods/*` covers the Pods themselves, too: their empty subresource is one of all. */
function coversPods(written: string): boolean {
  const slash = written.indexOf('/');
  const [resource, subresource] = slash < 0 ? [written, ''] : [written.slice(0, slash), written.slice(slash + 1)];
  return (resource === 'pods' || resource === '*') && (subresource === '' || subresource === '*');
}

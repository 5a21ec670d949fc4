import * as z from 'zod';
import { listOf, structOf, text } from './api-json.ts';
import { type WebhookRule, webhookRuleSchema } from './mutating-webhook-configuration.ts';
import { schemaWhenUsed } from './schema-when-used.ts';

/** A MutatingAdmissionPolicy (GA in Kubernetes 1.36), as far as it tells what it may change. */
export type MutatingAdmissionPolicy = {
  readonly name: string;
  readonly rules: readonly WebhookRule[];
  /** All its CEL expressions that make patches, one after the other. */
  readonly expressions: string;
  /** It patches by paths, which may be put together from parameters. */
  readonly patchesByParameters: boolean;
};

const expression = () => structOf(z.object({ expression: text }));
const schema = schemaWhenUsed(() =>
  z.object({
    metadata: z.object({ name: z.string() }),
    spec: structOf(
      z.object({
        matchConstraints: structOf(z.object({ resourceRules: listOf(webhookRuleSchema()) })),
        variables: listOf(expression()),
        mutations: listOf(structOf(z.object({ applyConfiguration: expression(), jsonPatch: expression() }))),
      }),
    ),
  }),
);

/** Undefined for what cannot be understood. */
export function parseMutatingAdmissionPolicy(object: unknown): MutatingAdmissionPolicy | undefined {
  const parsed = schema.safeParse(object);
  if (!parsed.success) return undefined;
  const { metadata, spec } = parsed.data;
  const patches = spec.mutations.map(({ jsonPatch }) => jsonPatch.expression).join('\n');
  const texts = [
    ...spec.variables.map((variable) => variable.expression),
    ...spec.mutations.map(({ applyConfiguration }) => applyConfiguration.expression),
    patches,
  ];
  return {
    name: metadata.name,
    rules: spec.matchConstraints.resourceRules,
    expressions: texts.join('\n'),
    patchesByParameters: patches !== '' && texts.some((written) => /\bparams\b/.test(written)),
  };
}

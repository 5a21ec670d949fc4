import * as z from 'zod';

/** Reads values by a schema, and says what is wrong with them. */
export type SchemaReader<Value> = { readonly safeParse: (value: unknown) => z.ZodSafeParseResult<Value> };
/** What a reader reads. */
export type ReadBy<Reader extends SchemaReader<unknown>> = Reader extends SchemaReader<infer Value> ? Value : never;

/** Some uses without code of its own cost less than to make that code. */
const usesBeforeCompilation = 100;

/**
 * A schema that is made when something is read by it, and compiled when it is used often. Most runs of a check meet few of all
 * kinds, and few objects of each.
 */
export function schemaWhenUsed<Schema extends z.ZodType>(make: () => Schema): SchemaReader<z.output<Schema>> {
  let uses = 0;
  let schema: Schema | undefined;
  return {
    safeParse: (value) => {
      schema ??= make();
      if (uses === usesBeforeCompilation) schema = z.compile(schema);
      uses += 1;
      return schema.safeParse(value, { jitless: uses <= usesBeforeCompilation });
    },
  };
}

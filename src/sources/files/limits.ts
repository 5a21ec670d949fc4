/**
 * What one document may cost. Whatever the input, reading stays below about 1 GB of memory; files themselves may be
 * of any length, because only one document is held at a time.
 */

/** Containers inside containers. The API server's own JSON stops at 10,000; real objects stay below 50. */
export const maxNesting = 1_000;

/** The YAML library recurses, and Node's stack ends at 770 pairs of brackets before anything is compiled. */
export const maxYamlNesting = 700;

/**
 * A JSON value costs up to eight times its length while it is read. A `kubectl get -A -o json` of 5,000 Pods is 40 MB;
 * one object alone is at most 1.5 MiB, which is what etcd takes.
 */
export const maxJsonBytes = 96 * 1024 * 1024;

/** Dense JSON (`[{},{},…`) costs most by the value, about 70 bytes each. Lists of Pods have one for each twelve bytes. */
export const maxJsonValues = 8_000_000;

/** The syntax tree of YAML costs about a hundred times its length. The largest definitions in use are 1 MB. */
export const maxYamlBytes = 8 * 1024 * 1024;

/** Dense YAML (`[1,1,1,…`) costs most by the token, about 450 bytes each. Common YAML has one for each two bytes. */
export const maxYamlTokens = 2_000_000;

/** kubectl knows no lists in lists; some generators make one of each of their lists. */
export const maxListNesting = 10;

/** Problems told of one file. After so many it is not a file of manifests. */
export const maxProblems = 100;

const mebibyte = 1024 * 1024;
export const tooDeep = 'is nested deeper than 1,000 levels; flatten it';
export const yamlTooDeep =
  'is nested deeper than 700 levels, the limit for all but a valid JSON object (1,000); flatten it';
export const yamlTooLarge = `is larger than pullgate reads as one YAML document (${maxYamlBytes / mebibyte} MiB, less if it is dense); put "---" between its objects, or give it as JSON`;
export const jsonTooLarge = `is larger than pullgate reads as one JSON document (${maxJsonBytes / mebibyte} MiB, less if it is dense); give it in parts, for example one for each namespace`;

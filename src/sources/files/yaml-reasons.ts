import type { ErrorCode } from 'yaml';

const misplaced = 'is not valid YAML: unexpected text; check the indentation, and quote special characters';
const incomplete = 'is not valid YAML: a colon, comma, bracket or closing quote is missing here; add it';
const indentation = 'is not valid YAML: this line is not indented like those it belongs to; align it with them';
const keyOnOneLine =
  'is not valid YAML: a key and its colon must be on one line; look for a missing colon or a wrong indentation here';
const properties =
  'is not valid YAML: a value has more than one anchor or tag here, or one in the wrong place; keep one';
const badTag = 'is not valid YAML: this tag is not defined; remove it';
const badAnchor = 'is not valid YAML: an anchor or alias here has no proper name; quote text that starts with & or *';

/**
 * Our words for the parser's findings. Its own are not passed on: some quote the file, and the file may be a Secret.
 */
export const yamlReasons: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: properties,
  BAD_ALIAS: badAnchor,
  BAD_COLLECTION_TYPE: badTag,
  BAD_DIRECTIVE: 'is not valid YAML: a line starts with % here; quote the text',
  BAD_DQ_ESCAPE:
    'is not valid YAML: a backslash in double quotes starts no known escape here; double it, or use single quotes',
  BAD_INDENT: indentation,
  BAD_PROP_ORDER: properties,
  BAD_SCALAR_START: 'is not valid YAML: a value starts with a reserved character here (one of @ ` % , | >); quote it',
  BLOCK_AS_IMPLICIT_KEY:
    'is not valid YAML: a second key or a list starts on the line of a key here; put it on a line of its own, or quote the text',
  BLOCK_IN_FLOW: 'is not valid YAML: an indented block between brackets; write it with { } or [ ]',
  DUPLICATE_KEY: 'is not valid YAML: duplicate key; remove one',
  IMPOSSIBLE: misplaced,
  KEY_OVER_1024_CHARS: 'is not valid YAML: a key is longer than 1,024 characters here; look for a missing line break',
  MISSING_CHAR: incomplete,
  MULTILINE_IMPLICIT_KEY: keyOnOneLine,
  MULTIPLE_ANCHORS: properties,
  MULTIPLE_DOCS: misplaced,
  MULTIPLE_TAGS: properties,
  NON_STRING_KEY: misplaced,
  RESOURCE_EXHAUSTION: 'is too complex; simplify it',
  TAB_AS_INDENT: 'is not valid YAML: a tab indents this line; use spaces',
  TAG_RESOLVE_FAILED: badTag,
  UNEXPECTED_TOKEN: misplaced,
};

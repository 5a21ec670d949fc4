import { expect, test } from 'vitest';
import { replaceAll } from '../../../src/core/go/pattern.ts';
import { compileGoPattern } from '../../../src/sources/node-files/go-pattern.ts';

/** What `regexp.MustCompile(expression).ReplaceAllString(text, template)` of Go 1.26 gives. */
test.each([
  ['^(.*)$', 'team/app', 'hub/$1', 'hub/team/app'],
  // The empty match at the end does not count.
  ['(.*)', 'team/app', 'hub/$1', 'hub/team/app'],
  ['a*', 'aab/abb', 'x', 'xbx/xbxbx'],
  ['x*', 'a', '-', '-a-'],
  ['^(?:library|)(.*)$', 'library/nginx', 'hub$1', 'hub/nginx'],
  ['^(?P<org>[^/]+)/(?P<name>.+)$', 'team/app', `\${name}/$org`, 'app/team'],
  ['^(t)(z)?', 'team/app', '[$1$2]', '[t]eam/app'],
  // A name is as long as it can be, and there is no such group.
  ['^(team)/', 'team/app', '$1x/', '/app'],
  ['^(team)/', 'team/app', `\${1}x/`, 'teamx/app'],
  ['^team/', 'team/app', '$0$10', 'team/app'],
  ['^team/', 'team/app', '$$1/', '$1/app'],
  ['^team', 'team/app', 'a$', 'a$/app'],
  ['^team', 'team/app', `\${1`, '${1/app'],
  ['(?i)TEAM', 'team/app', 'x', 'x/app'],
  ['[[:alpha:]]+', 'team/app', 'x', 'x/x'],
  ['\\Ateam|app\\z', 'team/app', 'x', 'x/x'],
  ['\\Qteam/\\E', 'team/app', '', 'app'],
])('%s in %s by %s', (expression, text, template, result) => {
  const pattern = compileGoPattern(expression);

  expect(pattern && replaceAll(pattern, text, template)).toBe(result);
});

test.each(['(?=team)', '(', '(a)\\1', 'a**', '[z-a]'])('Go does not compile %s', (expression) => {
  expect(compileGoPattern(expression)).toBeUndefined();
});

test('a name of a group is no member of objects', () => {
  const pattern = compileGoPattern('^team');

  expect(pattern && replaceAll(pattern, 'team/app', '$constructor')).toBe('/app');
});

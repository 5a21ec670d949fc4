import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { messagesPage } from '../../tools/messages-page.ts';

test('docs/messages.md is current: write it again with "npm run -s messages > docs/messages.md"', () => {
  expect(readFileSync('docs/messages.md', 'utf8')).toBe(messagesPage('.'));
});

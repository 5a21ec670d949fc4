/** Texts for property tests: references, near misses, and anything. */
import * as fc from 'fast-check';

const component = fc.stringMatching(/^[a-z0-9]{1,4}(?:(?:[._]|__|-{1,3})[a-z0-9]{1,4}){0,2}$/);
const host = fc.oneof(
  fc.constantFrom(
    '',
    'docker.io/',
    'index.docker.io/',
    'localhost/',
    'localhost:5000/',
    'MyHost/',
    '[::1]:5000/',
    'ex_a.com/',
  ),
  fc.stringMatching(/^[a-zA-Z0-9]{1,5}\.[a-z]{2,3}(?::[0-9]{1,5})?\/$/),
);
const tag = fc.oneof(fc.constant(''), fc.stringMatching(/^:[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}$/));
const digest = fc.constantFrom(
  '',
  '',
  `@sha256:${'0f'.repeat(32)}`,
  `@sha384:${'1e'.repeat(48)}`,
  `@sha512:${'2d'.repeat(64)}`,
);

export const validReference = fc
  .tuple(host, fc.array(component, { minLength: 1, maxLength: 3 }), tag, digest)
  .map(([start, components, ...end]) => [start, components.join('/'), ...end].join(''));

/** A valid reference with something put into it. */
export const nearMiss = fc
  .tuple(
    validReference,
    fc.nat(),
    fc.constantFrom(...Array.from(' \t"\'\\/:@.-_ABé\u{200b}{}$%#?[]'), '//', '::', '@@', 'https://'),
  )
  .map(([text, at, slip]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + slip + text.slice(place);
  });

export const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...Array.from('aA1.:/@-_[] ')) }),
  nearMiss,
);

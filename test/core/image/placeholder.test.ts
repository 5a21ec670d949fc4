import { expect, test } from 'vitest';
import { placeholderIn } from '../../../src/core/image/placeholder.ts';

test.each([
  [`open.test/team/app:\${TAG}`, `\${TAG}`],
  ['open.test/team/app:$TAG', '$TAG'],
  ['$(IMAGE)', '$(IMAGE)'],
  [`\${REGISTRY:-open.test}/app`, `\${REGISTRY:-open.test}`],
  ['open.test/team/app:{{ .Values.tag }}', '{{ .Values.tag }}'],
  ['{{ image }}', '{{ image }}'],
  ['open.test/app:[[ .Tag ]]', '[[ .Tag ]]'],
  ['{%if a%}b{%endif%}', '{%if a%}'],
  ['{image}', '{image}'],
  ['#{IMAGE}#', '{IMAGE}'],
  ['((image))', '((image))'],
  ['%IMAGE%', '%IMAGE%'],
  ['open.test/app:@VERSION@', '@VERSION@'],
  ['<YOUR-CONTAINER>', '<YOUR-CONTAINER>'],
  ['open.test/<project>/app:1', '<project>'],
  ['ko://example.com/acme/cmd/web', 'ko://example.com/acme/cmd/web'],
  ['__IMAGE__', '__IMAGE__'],
  ['ENC[AES256_GCM,data:abc,iv:d,tag:g,type:str]', 'ENC[…]'],
  ['open.test/app:__TAG__', '__TAG__'],
  ['open.test/__REPO_NAME__/app', '__REPO_NAME__'],
  ['IMAGE', 'IMAGE'],
  ['IMAGE_NAME', 'IMAGE_NAME'],
  ['REPLACE_ME:latest', 'REPLACE_ME'],
  ['gcr.io/PROJECT-ID/app:1', 'PROJECT-ID'],
  ['REGISTRY/app:1', 'REGISTRY'],
  ['open.test/app:TAG', 'TAG'],
  ['open.test/app:IMAGE_TAG', 'IMAGE_TAG'],
  ['open.test/app:REPLACE_ME', 'REPLACE_ME'],
])('%s holds %s', (image, placeholder) => {
  expect(placeholderIn(image)).toBe(placeholder);
});

test.each([
  'nginx',
  'open.test:5000/team/my__app/x:1.27',
  'REGISTRY.TEST/team/app:1',
  'REGISTRY:5000/team/app:1',
  'open.test/Team/app:1',
  'Nginx',
  'open.test/team/X:1',
  'open.test/ACME/app:1',
  'open.test/app:LATEST',
  'open.test/app:1.0-SNAPSHOT',
  'open.test/app:RC__1',
  'open.test/app:v1__RC__2',
  `open.test/app@sha256:${'A'.repeat(64)}`,
  'open.test/app:',
  '',
  // Rendered, and wrong.
  'open.test/app:<no value>',
  '%!s(<nil>)',
])('%j holds none', (image) => {
  expect(placeholderIn(image)).toBeUndefined();
});

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { htmlOf } from '../../../src/report/format/html.ts';
import { script, scriptHash, style, styleHash } from '../../../src/report/format/html-page.ts';
import { denied, hostile, image, mixed, notFound, report, workload } from '../reports.ts';

const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

describe('the HTML report', () => {
  test('allows its own style and script, and nothing else', () => {
    expect([styleHash, scriptHash]).toEqual([hashOf(style), hashOf(script)]);
    expect(htmlOf(mixed)).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${styleHash}'; script-src '${scriptHash}'; base-uri 'none'; form-action 'none'">`,
    );
  });

  test('asks nobody for anything', () => {
    const html = htmlOf(mixed).replace(script, '').replace(style, '');

    expect(html).not.toMatch(/<(?:img|link|iframe|object|embed|base)\b|\ssrc=|\shref="(?!#)|url\(|\sstyle=|\son\w+=/);
  });

  test.each([
    ['of hostile names', hostile],
    [
      'that would end an attribute or an element',
      report([
        workload('"><img src=x onerror=alert(1)>', [
          image('</td><script>alert(1)</script>', [{ ...notFound, message: '<b>x</b>', nextStep: "' onclick='x" }], {
            reference: 'r.test"><x/team/app:1',
            observed: { pod: '<i>', reason: '<u>', message: '</code><script>', meaning: 'not-understood' },
          }),
        ]),
      ]),
    ],
  ])('takes text for text: %s', (_, one) => {
    const html = htmlOf(one).replace(`<script>${script}</script>`, '').replace(style, '');
    const tags = new Set([...html.matchAll(/<\/?([a-z][a-z\d]*)/gi)].map(([, tag]) => tag));

    expect([...tags].filter((tag) => ['script', 'img', 'b', 'i', 'u', 'x'].includes(tag ?? ''))).toEqual(['b']);
    expect(html.match(/<b>x/)).toBeNull();
    expect(html).not.toMatch(/<[^>]*\son\w+=/);
  });

  test('has a row for each finding, and one for each image without any', () => {
    const html = htmlOf(
      report([
        workload('web', [image('nginx:latestt', [notFound], { reference: 'docker.io/library/nginx:latestt' })], {
          pods: { total: 3, waiting: 1 },
          owner: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'all' },
        }),
        workload('api', [
          image('r.test/a:1', [denied], { reference: 'r.test/a:1' }),
          image('r.test/b:1', [], { reference: 'r.test/b:1' }),
        ]),
      ]),
    );

    expect(html.match(/<tr data-[^>]*>/g)).toEqual([
      '<tr data-namespace="shop" data-code="manifest-not-found" data-certainty="certain" data-registry="docker.io">',
      '<tr data-namespace="shop" data-code="access-denied" data-certainty="likely" data-registry="r.test">',
      '<tr data-namespace="shop" data-code="" data-certainty="fine" data-registry="r.test">',
    ]);
    expect(html).toContain('Deployment web<br><span class="dim">of Rollout all</span>');
  });

  test('shows who depends on which registry, as a picture and as a table', () => {
    const html = htmlOf(
      report([
        workload('web', [image('nginx:1', [notFound], { reference: 'docker.io/library/nginx:1' })]),
        workload('api', [image('nginx:1', [], { reference: 'docker.io/library/nginx:1' })]),
      ]),
    );

    expect(html).toContain('<svg viewBox="0 0 900 44" role="img" aria-labelledby="dependence dependence-text">');
    expect(html).toContain(
      '<desc id="dependence-text">shop has 2 workloads with images of docker.io, the worst of them certain</desc>',
    );
    expect(html).toContain('<td class="name">docker.io</td><td class="number">2</td><td class="certain">certain</td>');
  });

  test('names each thing for readers of screens', () => {
    const html = htmlOf(mixed);

    expect(html).toContain('<html lang="en">');
    expect(html).toContain('<p id="count" class="dim" aria-live="polite"></p>');
    expect(html.match(/<th scope="col"><button type="button">/g)).toHaveLength(8);
    expect(html).toContain('<table id="findings" aria-labelledby="list">');
  });
});

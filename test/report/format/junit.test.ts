import { describe, expect, test } from 'vitest';
import { junitOf } from '../../../src/report/format/junit.ts';
import { hostile, image, mixed, noSecret, report, vast, workload } from '../reports.ts';

describe('JUnit', () => {
  test('a suite for each workload, a case for each image use', () => {
    expect(junitOf(mixed)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="pullgate" tests="6" failures="2" errors="1" skipped="2">
  <testsuite name="Deployment shop/web" tests="2" failures="1" errors="0" skipped="0">
    <testcase name="container web: nginx:latestt" classname="Deployment shop/web" file="k8s/web.yaml" line="21">
      <failure type="manifest-not-found" message="nginx:latestt does not exist in docker.io.">manifest-not-found (certain): nginx:latestt does not exist in docker.io.
  -&gt; Write nginx:latest.</failure>
    </testcase>
    <testcase name="container cache: redis:7" classname="Deployment shop/web" file="k8s/web.yaml" line="12"/>
  </testsuite>
  <testsuite name="Deployment shop/api" tests="1" failures="1" errors="0" skipped="0">
    <testcase name="container web: r.example/app:1" classname="Deployment shop/api" file="k8s/web.yaml" line="12">
      <failure type="access-denied" message="r.example/app:1 is missing, or not visible without credentials.">access-denied (likely): r.example/app:1 is missing, or not visible without credentials.
  -&gt; Add imagePullSecrets.</failure>
    </testcase>
    <system-out>pull-secret-not-found (advice): Secret shop/regcred does not exist.
  -&gt; kubectl create secret docker-registry regcred -n shop</system-out>
  </testsuite>
  <testsuite name="CronJob shop/job" tests="1" failures="0" errors="0" skipped="1">
    <testcase name="container main: down.example/x:1" classname="CronJob shop/job">
      <skipped message="down.example did not answer for down.example/x:1."/>
      <system-out>registry-unreachable (unconfirmed): down.example did not answer for down.example/x:1.</system-out>
    </testcase>
  </testsuite>
  <testsuite name="Deployment shop/copy" tests="1" failures="0" errors="0" skipped="1">
    <testcase name="container web: nginx:latestt" classname="Deployment shop/copy" file="k8s/web.yaml" line="33">
      <skipped message="nginx:latestt does not exist in docker.io."/>
      <system-out>manifest-not-found (certain): nginx:latestt does not exist in docker.io.
  -&gt; Write nginx:latest.</system-out>
    </testcase>
  </testsuite>
  <testsuite name="input" tests="1" failures="0" errors="1" skipped="0">
    <testcase name="k8s/bad.yaml:7, document 2" classname="input" file="k8s/bad.yaml" line="7">
      <error type="unusable-input" message="a mapping has the key &quot;a&quot; twice"/>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  test('of nothing', () => {
    expect(junitOf(report([]))).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="pullgate" tests="0" failures="0" errors="0" skipped="0">
</testsuites>
`);
  });

  test('a workload in mode off is skipped; advice on an image that passes is output', () => {
    const text = junitOf(
      report([
        workload('web', [image('x')], { mode: 'off', notExaminedBecause: 'mode off' }),
        workload('api', [image('y', [noSecret])]),
      ]),
    );
    expect(text).toContain('      <skipped message="mode off"/>\n');
    expect(text).toContain('      <system-out>pull-secret-not-found (advice): Secret shop/regcred does not exist.\n');
    expect(text).toContain('tests="2" failures="0" errors="0" skipped="1">\n  <testsuite');
  });

  test('nothing foreign becomes markup, and no character is left that XML does not know', () => {
    const text = junitOf(hostile);
    expect(text).not.toContain('<b>');
    expect(text).toContain(
      String.raw`container &quot;&gt;&lt;b&gt;|${'`x`'}\u{a}::error::\u{1b}[31m\u{202e},%0A&amp;\u{ffff}`,
    );
    expect(text).not.toMatch(/[^\n\u0020-\ud7ff\ue000-\ufffd]|&(?!amp;|lt;|gt;|quot;)/);
  });

  test('counts are those of the cases', () => {
    const text = junitOf(vast);
    expect(text.match(/<testcase /g)).toHaveLength(3_000);
    expect(text).toContain('<testsuites name="pullgate" tests="3000" failures="3000" errors="0" skipped="0">');
  });
});

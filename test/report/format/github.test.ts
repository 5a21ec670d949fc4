import { describe, expect, test } from 'vitest';
import { githubOf } from '../../../src/report/format/github.ts';
import { stepSummaryOf } from '../../../src/report/format/step-summary.ts';
import { hostile, image, mixed, noSecret, notFound, report, vast, workload } from '../reports.ts';

describe('annotations', () => {
  test('equal findings are one, which says how many more places there are', () => {
    expect(
      githubOf(mixed),
    ).toBe(`::error file=k8s/web.yaml,line=21,title=Image does not exist (manifest-not-found)::nginx:latestt does not exist in docker.io.%0AWrite nginx:latest.%0AIn Deployment shop/web and 1 more place.
::error file=k8s/bad.yaml,line=7,title=Input that could not be used::a mapping has the key "a" twice
::warning file=k8s/web.yaml,line=12,title=Image is missing%2C or not visible without credentials (access-denied)::r.example/app:1 is missing, or not visible without credentials.%0AAdd imagePullSecrets.%0AIn Deployment shop/api.
::warning title=Registry cannot be reached (registry-unreachable)::down.example did not answer for down.example/x:1.%0AIn CronJob shop/job.
::notice file=k8s/web.yaml,line=12,title=Pull Secret does not exist (pull-secret-not-found)::Secret shop/regcred does not exist.%0Akubectl create secret docker-registry regcred -n shop%0AIn Deployment shop/api.
4 workloads, 5 images: 1 denied, 1 would be denied, 2 warned, 1 image unconfirmed
`);
  });

  test('of a clean run there is the summary', () => {
    expect(githubOf(report([workload('web', [image('x')])]))).toBe(
      '1 workload, 1 image: nothing denied, nothing warned\n',
    );
  });

  test('no foreign text starts a command or ends a property', () => {
    const lines = githubOf(hostile).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe(
      String.raw`::error file="><b>|${'`x`'}\u{a}%3A%3Aerror%3A%3A\u{1b}[31m\u{202e}%2C%250A&\u{ffff},title=Input that could not be used::"><b>|${'`x`'}\u{a}::error::\u{1b}[31m\u{202e},%250A&\u{ffff}`,
    );
  });

  test('files that cannot be read come after what is denied, equal reasons as one', () => {
    const unreadable = Array.from({ length: 12 }, (_, index) => ({
      file: `chart/${index}.yaml`,
      reason: 'is not YAML',
    }));
    const denied = workload('web', [image('nginx:latestt', [notFound])]);
    const lines = githubOf(report([denied], unreadable)).split('\n');

    expect(lines[0]).toMatch(/^::error file=k8s\/web\.yaml,line=12,title=Image does not exist/);
    expect(lines[1]).toBe(
      '::error file=chart/0.yaml,title=Input that could not be used::is not YAML%0AThe same in 11 more places.',
    );
    expect(lines[2]).toMatch(/^1 workload/);
  });

  test('at most ten of a level; the rest is counted in a notice, which is one of the ten', () => {
    const lines = githubOf(vast).trimEnd().split('\n');
    expect(lines.map((line) => /^::\w+/.exec(line)?.[0])).toEqual([
      ...Array.from({ length: 10 }, () => '::error'),
      '::notice',
      undefined,
    ]);
    expect(lines.at(-2)).toBe(
      '::notice title=pullgate::2990 more annotations not shown here; the summary and the other formats have all of them',
    );
    const advice = Array.from({ length: 12 }, (_, index) => ({ ...noSecret, message: `${index}` }));
    const notices = githubOf(report([workload('web', [], { findings: advice })])).match(/^::notice .*/gm);
    expect(notices).toHaveLength(10);
    expect(notices?.at(-1)).toContain('::3 more annotations not');
  });
});

describe('the summary of a step', () => {
  test('is a table, the gravest first', () => {
    expect(stepSummaryOf(mixed)).toBe(`### pullgate

4 workloads, 5 images: 1 denied, 1 would be denied, 2 warned, 1 image unconfirmed

| Certainty | Workload | Image | Finding | What to do |
| --- | --- | --- | --- | --- |
| certain | <code>Deployment shop/web</code><br><code>k8s/web.yaml:21</code><br>and 1 more place | <code>nginx:latestt</code><br>container web | <code>manifest-not-found</code><br>nginx:latestt does not exist in docker.io. | Write nginx:latest. |
| likely | <code>Deployment shop/api</code><br><code>k8s/web.yaml:12</code> | <code>r.example/app:1</code><br>container web | <code>access-denied</code><br>r.example/app:1 is missing, or not visible without credentials. | Add imagePullSecrets. |
| unconfirmed | <code>CronJob shop/job</code><br><code>stdin:40</code> | <code>down.example/x:1</code><br>container main | <code>registry-unreachable</code><br>down.example did not answer for down.example/x:1. |  |
| advice | <code>Deployment shop/api</code><br><code>k8s/web.yaml:12</code> |  | <code>pull-secret-not-found</code><br>Secret shop/regcred does not exist. | kubectl create secret docker-registry regcred -n shop |

| Input that could not be used | Reason |
| --- | --- |
| <code>k8s/bad.yaml:7</code> | a mapping has the key "a" twice |

- platforms were not checked: no Node objects and no --platform
- incomplete: 1 problem in the input
- skipped: 1 object without apiVersion or kind (k8s)
`);
  });

  test('of a clean run is one line', () => {
    expect(stepSummaryOf(report([workload('web', [image('x')])]))).toBe(
      '### pullgate\n\n1 workload, 1 image: nothing denied, nothing warned\n',
    );
  });

  test('nothing foreign is a cell, markup or a link', () => {
    const text = stepSummaryOf(hostile);
    expect(text).not.toContain('<b>');
    expect(text).not.toContain('`');
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    expect(rows.map((row) => row.match(/\|/g)?.length)).toEqual([6, 6, 6, 3, 3, 3]);
    const link = { ...notFound, message: '[a](https://evil.example) www.evil.example @admin #1' };
    expect(stepSummaryOf(report([workload('web', [image('x', [link])])]))).toContain(
      '&#91;a&#93;(https:&#47;/evil.example) www&#46;evil.example &#64;admin &#35;1',
    );
  });

  test('rows are bounded, the rest is counted', () => {
    expect(stepSummaryOf(vast)).toContain('\n… and 2900 more findings.\n');
  });
});

/** SARIF 2.1.0, as code scanning reads it. Messages are plain text: their braces and brackets mean themselves. */
import type { Certainty } from '../../core/finding/finding.ts';
import { catalogueEntryOf } from '../finding-code.ts';
import { printable } from '../printable.ts';
import type { PullReport, ReportedProblem, ReportedSource } from '../pull-report.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { jsonText } from './json.ts';
import { actionOn, lineOf, type PlacedFinding, placedFindings, textOfFinding } from './placed-finding.ts';
import { caveatsOf } from './summary-line.ts';

const levels: Readonly<Record<Certainty, 'error' | 'warning' | 'note'>> = {
  certain: 'error',
  likely: 'warning',
  unconfirmed: 'warning',
  advice: 'note',
};
const home = 'https://github.com/pullgate/pullgate';

export function sarifOf(report: PullReport): string {
  const placed = placedFindings(report);
  const fingerprints = fingerprintsOf(placed);
  const rules = new Map<string, { readonly index: number; readonly rule: object }>();
  for (const { finding } of placed)
    if (!rules.has(finding.code))
      rules.set(finding.code, { index: rules.size, rule: ruleOf(finding.code, finding.reason) });
  const run = {
    tool: {
      driver: {
        name: 'pullgate',
        version: report.metadata.tool.slice(report.metadata.tool.indexOf('/') + 1),
        informationUri: home,
        rules: [...rules.values()].map(({ rule }) => rule),
      },
    },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: report.summary.complete && report.problems.length === 0,
        toolExecutionNotifications: [
          ...report.problems.map(notificationOf),
          ...caveatsOf(report).map((text) => ({ level: 'note', message: { text } })),
        ],
      },
    ],
    results: placed.map((one, index) => ({
      ruleId: one.finding.code,
      ruleIndex: rules.get(one.finding.code)?.index ?? -1,
      level: levelOf(one),
      message: { text: textOfFinding(one.finding) },
      locations: [locationOf(one)],
      partialFingerprints: { 'pullgate/v1': fingerprints[index] ?? '' },
    })),
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return jsonText(log);
}

/** An error is what is denied; what is certain, but denies nothing here, is a warning. */
function levelOf({ finding, of }: PlacedFinding): 'error' | 'warning' | 'note' {
  if (actionOn(finding, of) === 'deny') return 'error';
  return finding.certainty === 'certain' ? 'warning' : levels[finding.certainty];
}

function ruleOf(code: string, reason: string): object {
  const entry = catalogueEntryOf(code);
  const title = entry?.title ?? reason;
  const explanation = entry?.explanation ?? title;
  const helpUri = `${home}/blob/main/docs/findings.md#${encodeURIComponent(code.toWellFormed())}`;
  return {
    id: code,
    name: reason,
    shortDescription: { text: title },
    fullDescription: { text: explanation },
    help: { text: `${explanation} Each result says what to do. More: ${helpUri}` },
    helpUri,
    ...(entry && { defaultConfiguration: { level: levels[entry.best] } }),
  };
}

function locationOf(placed: PlacedFinding): object {
  const { of, image } = placed;
  const { kind, namespace, name, source } = of.workload;
  const path = image === undefined ? [] : [image.path];
  return {
    ...(source && { physicalLocation: physicalLocationIn(source, lineOf(placed)) }),
    logicalLocations: [
      {
        fullyQualifiedName: [namespace, kind, name, ...path].join('/'),
        kind: image === undefined ? 'object' : 'member',
      },
    ],
  };
}

/** Code scanning refuses a result without a file: what was piped in is in the template that it was rendered from. */
function physicalLocationIn({ file, template }: ReportedSource, line: number | undefined): object {
  if (file !== '-') return physicalLocationOf(file, line);
  return template === undefined ? physicalLocationOf('stdin', line) : physicalLocationOf(template, 1);
}

function notificationOf({ file, document, line, reason }: ReportedProblem): object {
  const within = document === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: `document ${document}` }] };
  const physical = file === '-' ? {} : { physicalLocation: physicalLocationOf(file, line) };
  const locations = [{ ...physical, ...within }].filter((location) => Object.keys(location).length > 0);
  return { level: 'error', message: { text: printable(reason, 1000) }, ...(locations.length > 0 && { locations }) };
}

function physicalLocationOf(file: string, line: number | undefined): object {
  return {
    artifactLocation: artifactLocationOf(file),
    ...(line !== undefined && { region: { startLine: line } }),
  };
}

function artifactLocationOf(file: string): object {
  const relative = file.startsWith('./') ? file.slice(2) : file;
  const uri = relative.toWellFormed().split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' };
}

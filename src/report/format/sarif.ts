/** SARIF 2.1.0, as code scanning of GitHub and others reads it. */
import { catalogueEntryOf } from '../finding-code.ts';
import type { PullReport, ReportedFinding } from '../pull-report.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { fileOf, lineOf, type PlacedFinding, placedFindings } from './placed-finding.ts';

const documentation = 'https://github.com/pullgate/pullgate/blob/main/docs/findings.md';

export function sarifOf(report: PullReport): string {
  const placed = placedFindings(report);
  const fingerprints = fingerprintsOf(placed);
  const codes = [...new Set(placed.map(({ finding }) => finding.code))].toSorted();
  const ruleIndexes = new Map(codes.map((code, index) => [code, index]));
  const [name = 'pullgate', version = '0'] = report.metadata.tool.split('/');
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name,
            semanticVersion: version,
            informationUri: 'https://github.com/pullgate/pullgate',
            rules: codes.map(ruleOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: report.problems.length === 0,
            endTimeUtc: report.metadata.creationTimestamp,
            ...(report.problems.length > 0 && { toolExecutionNotifications: report.problems.map(notificationOf) }),
          },
        ],
        results: placed.map((found, index) => ({
          ruleId: found.finding.code,
          ruleIndex: ruleIndexes.get(found.finding.code),
          level: levelOf(found.finding),
          message: { text: sentences(found.finding) },
          locations: [locationOf(found)],
          partialFingerprints: { 'pullgate/v1': fingerprints[index] },
        })),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf(code: string) {
  const entry = catalogueEntryOf(code);
  const helpUri = `${documentation}#${code}`;
  if (entry === undefined) return { id: code, helpUri };
  const { reason, title, explanation } = entry;
  return {
    id: code,
    name: reason,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: explanation },
    help: { text: `${explanation} ${helpUri}` },
    helpUri,
  };
}

function levelOf({ certainty }: ReportedFinding): 'error' | 'warning' | 'note' {
  switch (certainty) {
    case 'certain':
      return 'error';
    case 'likely':
    case 'unconfirmed':
      return 'warning';
    case 'advice':
      return 'note';
  }
}

/** Viewers expect sentences that end. */
function sentences({ message, nextStep }: ReportedFinding): string {
  return `${message}. Next step: ${nextStep}.`;
}

function locationOf(placed: PlacedFinding) {
  const { kind, namespace, name } = placed.of.workload;
  const path = placed.image?.path;
  const fullyQualifiedName = [namespace, kind, name, ...(path === undefined ? [] : [path])].join('/');
  const file = fileOf(placed);
  const line = lineOf(placed);
  return {
    ...(file !== undefined && {
      physicalLocation: {
        artifactLocation: artifactOf(file),
        ...(line !== undefined && { region: { startLine: line } }),
      },
    }),
    logicalLocations: [{ fullyQualifiedName, kind: 'member' }],
  };
}

function notificationOf({ file, line, reason }: PullReport['problems'][number]) {
  const physicalLocation = {
    artifactLocation: artifactOf(file),
    ...(line !== undefined && { region: { startLine: line } }),
  };
  return {
    level: 'error',
    message: { text: `${file === '-' ? 'standard input' : file} ${reason}.` },
    ...(file !== '-' && { locations: [{ physicalLocation }] }),
  };
}

/** Relative paths start at the folder in which the check ran. */
function artifactOf(file: string): { readonly uri: string; readonly uriBaseId?: string } {
  const uri = file.toWellFormed().split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/')
    ? { uri: `file://${uri}` }
    : { uri: uri.replace(/^(?:\.\/)+/, ''), uriBaseId: '%SRCROOT%' };
}

/** argv → one entrypoint → exit code. Entrypoints are loaded when they are asked for: a check needs no server. */
import { enableCompileCache } from 'node:module';
import packageJson from '../package.json' with { type: 'json' };
import { type CommandSpec, LoggedUsageError, UsageError } from './cli/command.ts';
import { compileCacheDirectory } from './cli/compile-cache.ts';
import { logText } from './report/log-text.ts';

const cache = compileCacheDirectory({
  directory: import.meta.dirname,
  isSource: import.meta.filename.endsWith('.ts'),
  environment: process.env,
});
// Where the directory cannot be written, Node keeps nothing and says nothing.
if (cache !== undefined) enableCompileCache(cache);

const help = `Usage: pullgate COMMAND [flags]

Predicts whether the kubelet could pull every image of a Pod, before the Pod exists.

Commands:
  check    Check manifests, in CI or before kubectl apply.
  image    Check image references.
  audit    Look at what runs in a cluster: would it come back?
  explain  Say why a Pod waits for its image, and what to do.
  whatif   Say what would not come back if a node or a registry went away.
  doctor   Compare what nodes have pulled with what would be denied.
  serve    Serve the validating admission webhook.
  config   Check a configuration file, or print the schema of it.
  completion
           Print a script that completes commands and flags in a shell.

Run "pullgate COMMAND --help" for the flags of a command, "pullgate --version" for the version.
`;

const { version } = packageJson;

function surroundings() {
  const { stdin: standardInput, stdout: standardOutput, stderr: standardError, env: environment } = process;
  return { version, standardInput, standardOutput, standardError, environment };
}

async function main([command, ...args]: readonly string[]): Promise<number> {
  switch (command) {
    case 'check': {
      const { runCheck } = await import('./entrypoints/check/run.ts');
      return runCheck(args, surroundings());
    }
    case 'image': {
      const { runImage } = await import('./entrypoints/check/image.ts');
      return runImage(args, surroundings());
    }
    case 'audit': {
      const { runAudit } = await import('./entrypoints/audit/audit.ts');
      return runAudit(args, runningSurroundings());
    }
    case 'explain': {
      const { runExplain } = await import('./entrypoints/audit/explain.ts');
      return runExplain(args, runningSurroundings());
    }
    case 'whatif': {
      const { runWhatIf } = await import('./entrypoints/audit/what-if.ts');
      return runWhatIf(args, runningSurroundings());
    }
    case 'doctor': {
      const { runDoctor } = await import('./entrypoints/audit/doctor.ts');
      return runDoctor(args, runningSurroundings());
    }
    case 'serve': {
      const { runServe } = await import('./entrypoints/serve/run.ts');
      return runServe(args, { version });
    }
    case 'config': {
      const { runConfig } = await import('./entrypoints/config/config.ts');
      return runConfig(args, surroundings());
    }
    case 'completion': {
      const { completionCommand, completionText } = await import('./cli/completion-command.ts');
      process.stdout.write(completionText(args, [...(await specsOfCommands()), completionCommand]));
      return 0;
    }
    case '--help':
    case '-h':
    case 'help':
      process.stdout.write(help);
      return 0;
    case '--version':
    case 'version': {
      const { versionText } = await import('./cli/version.ts');
      process.stdout.write(`${versionText(version)}\n`);
      return 0;
    }
    case undefined:
      throw new UsageError(`pullgate: name a command\n\n${help}`);
    default:
      throw new UsageError(`pullgate: unknown command ${JSON.stringify(command)}\n\n${help}`);
  }
}

/** In the order of the help. */
async function specsOfCommands(): Promise<readonly CommandSpec[]> {
  const [check, image, audit, explain, whatIf, doctor, serve, config] = await Promise.all([
    import('./entrypoints/check/command.ts'),
    import('./entrypoints/check/image.ts'),
    import('./entrypoints/audit/audit-command.ts'),
    import('./entrypoints/audit/explain.ts'),
    import('./entrypoints/audit/what-if-command.ts'),
    import('./entrypoints/audit/doctor.ts'),
    import('./entrypoints/serve/command.ts'),
    import('./entrypoints/config/config.ts'),
  ]);
  return [
    check.checkCommand,
    image.imageCommand,
    audit.auditCommand,
    explain.explainCommand,
    whatIf.whatIfCommand,
    doctor.doctorCommand,
    serve.serveCommand,
    config.configCommand,
  ];
}

/** The first interrupt ends the run, and what is known by then is told; a second one ends the process. */
function runningSurroundings() {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  const { stdin: standardInput, stdout: standardOutput, stderr: standardError, env: environment } = process;
  const interrupted = interrupt.signal;
  return { version, standardInput, standardOutput, standardError, environment, interrupted, now: () => new Date() };
}

let isOutputLost = false;
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  // Whoever reads our output may have seen enough: `pullgate check … | head`.
  if (code === 'EPIPE' || isOutputLost) return;
  isOutputLost = true;
  process.stderr.write(`pullgate: cannot write the output (${code ?? 'unknown error'})\n`);
  // Whatever the command comes to, nobody has its report.
  process.on('exit', () => {
    process.exitCode = 3;
  });
});
// Then there is nobody left to tell.
process.stderr.on('error', () => {});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    if (!(error instanceof LoggedUsageError) || process.stderr.isTTY)
      process.stderr.write(`${logText(error.message.trimEnd())}
`);
    process.exitCode = 2;
  } else {
    process.stderr.write(
      `pullgate: internal error, please report it: ${logText(String(error instanceof Error ? error.stack : error))}\n`,
    );
    process.exitCode = 3;
  }
}

// The command line: which commands there are, their options, their help. Each command's work is in a file of
// its own; this one only reads arguments and turns faults into one clear line and an exit code.
import { Command, CommanderError } from 'commander';
import type { Config } from '../config.ts';
import { KUBECTL_SNAPSHOT } from '../report/snapshotCommand.ts';
import { EXIT, Fault } from '../model/fault.ts';
import { runAnalyze } from './analyze/command.ts';
import type { RawAnalyzeOptions } from './analyze/options.ts';
import { addDeadLetters } from './deadLetters/addDeadLetters.ts';
import { runDoctor } from './doctor/command.ts';
import type { RawDoctorOptions } from './doctor/options.ts';
import { runEvaluate } from './evaluate/command.ts';
import type { RawEvaluateOptions } from './evaluate/options.ts';
import { addManifests } from './manifests/addManifests.ts';
import { addQuery } from './query/addQuery.ts';
import { addSetup } from './setup/addSetup.ts';
import { addSnapshot } from './snapshot/addSnapshot.ts';
import { runWhy } from './why/command.ts';
import type { RawWhyOptions } from './why/options.ts';
import { addWork } from './work/addWork.ts';

const DESCRIPTION = `Joins Hubble's flow export with the Kubernetes audit log: which network policy decided a
connection, which change made it so, who made it, and where the two disagree.`;

const ANALYZE_EXAMPLES = `
Examples:
  netpol-drift analyze --flows events.log --audit audit.log --policies policies.json
  netpol-drift analyze --flows 'hubble/events*' --audit 'audit/*.gz' --store drift.duckdb
  netpol-drift analyze --flows events.log --audit audit.log --policies policies.json --report drift.html
  netpol-drift analyze --audit audit.log --policies policies.json --manifests deploy/policies
  netpol-drift analyze --flows events.log --audit audit.log --format json | jq 'select(.state == "standing")'
  hubble observe --type policy-verdict --follow -o jsonpb | netpol-drift analyze --flows -

Take the snapshot of the policies with
  ${KUBECTL_SNAPSHOT}

Exit codes: 0 fine, 1 drift found that --fail-on names, 2 wrong usage, 3 trouble with input or output.`;

const DOCTOR_EXAMPLES = `
Examples:
  netpol-drift doctor --flows events.log --audit audit.log --policies policies.json
  netpol-drift doctor --flows 'hubble/events*' --audit 'audit/*' --format json

Exit codes: 0 every answer can be given at least partly, 2 some cannot (or wrong usage), 3 input that cannot
be read.`;

const EVALUATE_EXAMPLES = `
Examples:
  netpol-drift evaluate --policies manifests/ --flows events.log
  netpol-drift evaluate --policies policies.yaml --flows events.log --explain | jq -r '.explanation[]'
  netpol-drift evaluate --policies new/ --flows 'hubble/*.gz' | jq -r 'select(.declared == "denied") | .id'

Each line of the output answers one flow, whatever happened to it: {"line","id","direction","declared","reason",
"selecting","isolating","deciding","undecidable"}, with --explain also "explanation". Pods and Namespaces among
the policies give named ports their numbers, and flows the namespace labels that they lack.

--batch reads {"id","policies":[objects],"flows":[objects]} a line from standard input and answers each with
{"id","results":[lines as above],"invalid":[{"policy","error"}]}.

Exit codes: 0 fine, 2 wrong usage, 3 a policy is invalid or input cannot be read (the rest is answered).`;

const WHY_EXAMPLES = `
Examples:
  netpol-drift why shop/web shop/cart 8080 --store drift.duckdb
  netpol-drift why shop/web shop/cart 8080 --at 09:10 --flows events.log --audit audit.log --policies policies.json
  netpol-drift why 'edge/*' world 443 --store drift.duckdb
  netpol-drift why reports/nightly 192.0.2.7 53/udp --opensearch http://opensearch:9200
  netpol-drift why shop/web shop/cart 8080 --store drift.duckdb --manifests ../policies-in-git

Whoever connects comes first. An end is namespace/workload, namespace/*, a DNS name, an address, or world, host,
remote-node, kube-apiserver; a port is a number (tcp unless 53/udp), icmp or icmp/8. Without --at the answer is about the
last verdict that needs one. Both ends have policies: leaving is asked of the first, arriving of the second.

Exit codes: 0 answered (also: cannot tell, and why), 2 wrong usage or a name that nobody has, 3 trouble with input.`;

/** @returns the exit code. Never throws, except for defects of this program under `--debug`. */
export async function runProgram(args: readonly string[], version: string, config: Config): Promise<number> {
  let exitCode: number = EXIT.fine;
  const program = createProgram(version, config, (code) => {
    exitCode = code;
  });
  pointToOwnHelp(program, program.name());
  try {
    await program.parseAsync([...helpOfUnknown(args, program)], { from: 'user' });
    return exitCode;
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? EXIT.fine : EXIT.usage;
    if (args.includes('--debug')) throw cause;
    const fault = cause instanceof Fault ? cause : null;
    const text = cause instanceof Error ? cause.message : String(cause);
    process.stderr.write(
      fault === null
        ? `netpol-drift: internal error: ${text} (run again with --debug, and report it)\n`
        : `netpol-drift: ${text}\n`,
    );
    return fault?.exitCode ?? EXIT.trouble;
  }
}

/** `help setp` as `setp`: that is answered with the command meant. */
function helpOfUnknown(args: readonly string[], program: Command): readonly string[] {
  const [first, name = ''] = args;
  const isKnown = name === '' || name.startsWith('-') || name === 'help';
  if (first !== 'help' || isKnown || program.commands.some((command) => command.name() === name)) return args;
  return [name];
}

/** Whoever gets the arguments of a command wrong is sent to the help of that command. */
function pointToOwnHelp(command: Command, path: string): void {
  for (const own of command.commands) {
    const name = `${path} ${own.name()}`;
    own.showHelpAfterError(`(${name} --help explains it)`);
    pointToOwnHelp(own, name);
  }
}

function createProgram(version: string, config: Config, done: (code: number) => void): Command {
  const program = new Command('netpol-drift')
    .description(DESCRIPTION)
    .version(version)
    .exitOverride()
    .showHelpAfterError('(netpol-drift --help lists the commands)')
    .configureOutput({ getOutHelpWidth: () => config.columns, getErrHelpWidth: () => config.columns });
  program
    .command('analyze')
    .description('the whole job on files: reads both logs, prints what the policies did and what changed it')
    .option('--flows <file...>', "Hubble's flow export: files, globs, .gz, .zst, - for standard input")
    .option('--audit <file...>', "the API server's audit log, likewise; optional")
    .option(
      '--policies <file...>',
      'policies as kubectl get -o json shows them, manifests, folders; optional',
    )
    .option(
      '--manifests <path...>',
      'compare the cluster with these manifests: files, folders, a Git work tree',
    )
    .option('--cluster <name>', 'cluster of all records (default: as the data say)')
    .option('--store <file>', 'keep the documents in a DuckDB file; one that is there is replaced')
    .option('--documents <folder>', 'write the documents as NDJSON files')
    .option('--rejects <file>', 'keep what could not be read, with its original bytes (mode 0600)')
    .option(
      '--report <file>',
      'write the answer and what is behind it as one HTML page, which needs no network',
    )
    .option(
      '--redact',
      'in the report, replace user names and outside addresses by stand-ins (user-1, external-1), also in diffs ' +
        'and user agents; names of namespaces, workloads, policies and DNS names stay',
    )
    .option('--format <text|json>', 'what to print; json is one finding a line', 'text')
    .option(
      '--fail-on <kinds>',
      'exit with 1 when such drift is found: any, or names such as not-enforced,would-deny',
    )
    .option(
      '--drop-events <ignore|count>',
      'count drops (event type 1) where the export lacks type 5',
      'ignore',
    )
    .option('--debug', 'show stack traces')
    .addHelpText('after', ANALYZE_EXAMPLES)
    .action(async (options: RawAnalyzeOptions) => {
      done(await runAnalyze(options, config));
    });
  addDoctor(program, config, done);
  addWhy(program, config, done);
  addQuery(program, config, done);
  addEvaluate(program, done);
  addSetup(program, config, done);
  addSnapshot(program, config, done);
  addManifests(program, config, done);
  addWork(program, config, done);
  addDeadLetters(program, config, done);
  return program;
}

function addWhy(program: Command, config: Config, done: (code: number) => void): void {
  program
    .command('why')
    .description('why this connection is denied or allowed, who made it so, and how to have it back')
    .argument('<source>', 'who connects: shop/web, shop/*, world, host, an address, a DNS name')
    .argument('<destination>', 'to whom, likewise')
    .argument('<port>', '8080, 53/udp, icmp')
    .option(
      '--at <time>',
      'as of then: 14:05 (UTC, on the day of the logs), 2026-11-02 or 2026-11-02T14:05:00Z',
    )
    .option('--store <file>', 'ask a store that analyze kept')
    .option('--opensearch <url>', 'ask OpenSearch, where the workers write')
    .option('--flows <file...>', "Hubble's flow export: files, globs, .gz, .zst, - for standard input")
    .option('--audit <file...>', "the API server's audit log, likewise")
    .option('--policies <file...>', 'policies as kubectl get -o json shows them, manifests, folders')
    .option('--manifests <path...>', 'name the commits behind changes: a Git work tree of manifests')
    .option('--cluster <name>', 'cluster of all records (default: as the data say)')
    .option(
      '--drop-events <ignore|count>',
      'count drops (event type 1) where the export lacks type 5',
      'ignore',
    )
    .option('--format <text|json>', 'what to print; json is one object', 'text')
    .option('--debug', 'show stack traces')
    .addHelpText('after', WHY_EXAMPLES)
    .action(async (source: string, destination: string, port: string, options: RawWhyOptions) => {
      done(await runWhy([source, destination, port], options, config));
    });
}

function addEvaluate(program: Command, done: (code: number) => void): void {
  program
    .command('evaluate')
    .description('what just these policies say about each flow, one JSON line each')
    .option('--policies <file...>', 'manifests and Lists as YAML or JSON, folders, kubectl get -o json')
    .option('--flows <file...>', "Hubble's flow export: files, globs, .gz, .zst, - for standard input")
    .option('--cluster <name>', 'cluster of all flows (default: as they say)')
    .option('--explain', 'add the rules that decided, or that came nearest, and the clause that failed')
    .option('--batch', 'worlds of policies and flows on standard input, an answer a line')
    .option('--debug', 'show stack traces')
    .addHelpText('after', EVALUATE_EXAMPLES)
    .action(async (options: RawEvaluateOptions) => {
      done(await runEvaluate(options));
    });
}

function addDoctor(program: Command, config: Config, done: (code: number) => void): void {
  program
    .command('doctor')
    .description('looks at both logs and says which answers they can give, and what mends the rest')
    .option('--flows <file...>', "Hubble's flow export: files, globs, .gz, .zst, - for standard input")
    .option('--audit <file...>', "the API server's audit log, likewise")
    .option('--policies <file...>', 'policies as kubectl get -o json shows them, manifests, folders')
    .option('--cluster <name>', 'cluster of all records (default: as the data say)')
    .option('--format <text|json>', 'what to print; json is one finding a line', 'text')
    .option('--debug', 'show stack traces')
    .addHelpText('after', DOCTOR_EXAMPLES)
    .action(async (options: RawDoctorOptions) => {
      done(await runDoctor(options, config));
    });
}

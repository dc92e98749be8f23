// `netpol-drift evaluate`: the declared decision of each flow under just these policies, one JSON line each.
import { EXIT } from '../../model/fault.ts';
import { evaluateBatch } from './batch.ts';
import { createComplaints } from './complaints.ts';
import { evaluateFiles } from './files.ts';
import { createLineOutput } from './lineOutput.ts';
import { checkEvaluateOptions, type RawEvaluateOptions } from './options.ts';

/** @returns the exit code: `trouble` when something given could not be used; everything else was answered */
export async function runEvaluate(raw: RawEvaluateOptions): Promise<number> {
  const options = checkEvaluateOptions(raw);
  const output = createLineOutput(process.stdout);
  if (options.mode === 'batch') return (await evaluateBatch(options, output)) ? EXIT.fine : EXIT.trouble;
  const complaints = createComplaints((line) => process.stderr.write(`netpol-drift: ${line}\n`));
  await evaluateFiles(options, { output, complaints });
  return complaints.close() ? EXIT.trouble : EXIT.fine;
}

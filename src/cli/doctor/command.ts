// `netpol-drift doctor`: looks at both feeds before anybody relies on them, and says which answers they can
// give, which not, and the one setting that mends each.
import type { Config } from '../../config.ts';
import { EXIT } from '../../model/fault.ts';
import { diagnose, findingLine } from '../../report/doctor/diagnosis.ts';
import { renderDiagnosis } from '../../report/doctor/render.ts';
import { createProgress } from '../analyze/progress.ts';
import { createLineOutput } from '../evaluate/lineOutput.ts';
import { examine } from './examine.ts';
import { checkDoctorOptions, type RawDoctorOptions } from './options.ts';

/** @returns the exit code: `fine` when every answer can be given at least partly, else `usage` (configuration) */
export async function runDoctor(raw: RawDoctorOptions, config: Config): Promise<number> {
  const options = checkDoctorOptions(raw);
  const stop = new AbortController();
  const onSignal = (): void => {
    process.off('SIGINT', onSignal);
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  try {
    const facts = await examine(options, {
      progress: createProgress(process.stderr, config.progress),
      signal: stop.signal,
      say: (message) => process.stderr.write(`${message}\n`),
    });
    if (stop.signal.aborted)
      process.stderr.write('stopped early: what follows is about the part that was read\n');
    const diagnosis = diagnose(facts);
    await createLineOutput(process.stdout).write(
      options.format === 'json'
        ? diagnosis.findings.map((finding) => `${JSON.stringify(findingLine(finding))}\n`).join('')
        : renderDiagnosis(diagnosis, facts, { columns: config.columns, colour: config.colour }),
    );
    return diagnosis.findings.some(({ verdict }) => verdict === 'no') ? EXIT.usage : EXIT.fine;
  } finally {
    process.off('SIGINT', onSignal);
  }
}

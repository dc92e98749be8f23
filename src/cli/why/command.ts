// `netpol-drift why SOURCE DESTINATION PORT`: which policy decided this connection, which change made it so,
// who made it, and how to have it back. From the logs, or from a store that `analyze` kept.
import type { Config } from '../../config.ts';
import { EXIT } from '../../model/fault.ts';
import { renderWhy } from '../../report/why/render.ts';
import { whyObject } from '../../report/why/lines.ts';
import { readManifests } from '../analyze/manifests.ts';
import { createProgress } from '../analyze/progress.ts';
import { assemble } from './assemble.ts';
import { evidenceFromFiles } from './fromFiles.ts';
import { evidenceFromStore } from './fromStore.ts';
import { checkWhyOptions, type RawWhyOptions } from './options.ts';

/**
 * @param ends source, destination and port as given
 * @returns the exit code: `fine` for any answer, "cannot tell" included
 */
export async function runWhy(
  ends: readonly [string, string, string],
  raw: RawWhyOptions,
  config: Config,
): Promise<number> {
  const options = checkWhyOptions(ends, raw);
  const say = (message: string): void => void process.stderr.write(`${message}\n`);
  const stop = new AbortController();
  const onSignal = (): void => {
    process.off('SIGINT', onSignal);
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  try {
    const manifests = await readManifests(options.manifests, say);
    const evidence =
      options.store === ''
        ? await evidenceFromFiles(options, {
            progress: createProgress(process.stderr, config.progress),
            signal: stop.signal,
            say,
          })
        : await evidenceFromStore(options);
    const answer = assemble(options, evidence, manifests);
    process.stdout.write(
      options.format === 'json'
        ? `${JSON.stringify(whyObject(answer))}\n`
        : renderWhy(answer, { columns: config.columns, colour: config.colour }),
    );
    return EXIT.fine;
  } finally {
    process.off('SIGINT', onSignal);
  }
}

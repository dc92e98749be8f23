// `netpol-drift why SOURCE DESTINATION PORT`: which policy decided this connection, which change made it so,
// who made it, and how to have it back. From the logs, from a store that `analyze` kept, or from OpenSearch.
import type { Config } from '../../config.ts';
import { EXIT } from '../../model/fault.ts';
import { renderWhy } from '../../report/why/render.ts';
import { whyObject } from '../../report/why/lines.ts';
import { readManifests } from '../analyze/manifests.ts';
import { createProgress } from '../analyze/progress.ts';
import { assemble } from './assemble.ts';
import type { Evidence } from './evidence.ts';
import { evidenceFromFiles, type WhySurroundings } from './fromFiles.ts';
import { evidenceFromOpenSearch } from './fromOpenSearch.ts';
import { evidenceFromStore } from './fromStore.ts';
import { checkWhyOptions, type RawWhyOptions, type WhyOptions } from './options.ts';

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
    const evidence = await evidenceFor(options, config, {
      progress: createProgress(process.stderr, config.progress),
      signal: stop.signal,
      say,
    });
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

function evidenceFor(options: WhyOptions, config: Config, around: WhySurroundings): Promise<Evidence> {
  if (options.openSearch !== '') return evidenceFromOpenSearch(options, config);
  return options.store === '' ? evidenceFromFiles(options, around) : evidenceFromStore(options);
}

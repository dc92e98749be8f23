// Feeds of which nothing could be used: whatever was passed, it was not this log. Said on standard error, because an
// exit code of 0 would tell a pipeline that something was checked.
import type { Caveat, FeedAccount, Findings } from '../../report/findings.ts';
import { visible } from '../../report/terminal/visible.ts';
import { counted } from '../../report/terminal/wording.ts';
import type { AnalyzeOptions } from './options.ts';
import { givenName } from './snapshot.ts';

type Asked = Pick<AnalyzeOptions, 'flows' | 'audit' | 'failOn'>;

/**
 * A sentence for each feed. Of a feed whose records are all rejected always; with `--fail-on` also where they are
 * readable and hold nothing to judge.
 * @param verdicts how many were judged
 */
export function unusableFeeds(asked: Asked, findings: Findings, verdicts: number): readonly string[] {
  const { flows, audit, caveats } = findings;
  const isGate = asked.failOn.length > 0;
  const why = (...codes: readonly Caveat['code'][]): string =>
    caveats.find(({ code }) => codes.includes(code))?.message ?? '';
  return [
    ...feedLine('flows', asked, flows, {
      isEmpty: isGate && asked.flows.length > 0 && verdicts === 0,
      why: why('no-verdict-events', 'no-time') || 'no policy verdict was read',
    }),
    ...feedLine('audit', asked, audit, {
      isEmpty: isGate && why('no-audit-events') !== '',
      why: why('no-audit-events'),
    }),
  ];
}

function feedLine(
  feed: 'flows' | 'audit',
  asked: Asked,
  account: FeedAccount | null,
  { isEmpty, why }: { readonly isEmpty: boolean; readonly why: string },
): readonly string[] {
  const name = `--${feed} ${visible(givenName(asked[feed], `(${counted(asked[feed].length, 'file')})`))}`;
  if (account !== null && isUnread(account))
    return [
      `${name}: none of its ${counted(account.records, 'record')} could be read; the reasons stand under Feeds`,
    ];
  return isEmpty ? [`${name}: ${why}; so --fail-on found nothing because nothing was checked`] : [];
}

function isUnread({ records, accepted, ignored }: FeedAccount): boolean {
  const isBlank = [...ignored.keys()].every((reason) => reason === 'blank');
  return records > (ignored.get('blank') ?? 0) && accepted === 0 && isBlank;
}

// The evidence from OpenSearch: of the verdicts and changes that workers wrote, those that can be about the question.
import type { Config } from '../../config.ts';
import {
  historyIn,
  policyParts,
  talksIn,
  timeCovered,
  verdictParts,
} from '../../queries/catalogue/connectionParts.ts';
import type { Part, PartRow } from '../../queries/catalogue/part.ts';
import { textCell } from '../../queries/cells.ts';
import { policiesHeld } from '../../queries/catalogue/policiesHeld.ts';
import type { AnswerPart } from '../../queries/catalogue/runQuery.ts';
import type { QueryParameters } from '../../queries/catalogue/savedQuery.ts';
import type { Caveat } from '../../report/findings.ts';
import { SYSTEM_CLOCK } from '../../runtime/clock.ts';
import { withOpenSearch } from '../query/openSearch.ts';
import { verdictsOf } from './endCondition.ts';
import type { Evidence } from './evidence.ts';
import type { WhyOptions } from './options.ts';
import { createStoredGatherer } from './storedEvidence.ts';

const REMEDIES = {
  audit: 'send the audit log to the topic k8s.audit',
  snapshot: 'publish one: netpol-drift snapshot --file FILE',
};

const AWAITED: Caveat = {
  code: 'no-snapshot',
  message:
    'OpenSearch holds no policies yet, be they of a snapshot or of the audit log: what they said cannot be told',
  remedy: 'does a worker with the role repair run? It stores them (netpol-drift work --role repair)',
};

const CUT: Caveat = {
  code: 'store-limits',
  message: 'OpenSearch holds more about these ends than is read at a time: the answer may miss some of it',
  remedy: 'name both ends as namespace/workload, and the cluster with --cluster',
};

/** @throws Fault `opensearch-refused`, `opensearch-unavailable`, `settings` */
export function evidenceFromOpenSearch(options: WhyOptions, config: Config): Promise<Evidence> {
  return withOpenSearch(options.openSearch, config, (answerPart) => evidenceOf(options, answerPart));
}

async function evidenceOf({ question, cluster }: WhyOptions, answerPart: AnswerPart): Promise<Evidence> {
  const asOfMs = SYSTEM_CLOCK.nowMs();
  const parameters: QueryParameters = {
    sinceMs: null,
    untilMs: null,
    asOfMs,
    cluster,
    namespace: '',
    own: {},
  };
  let isCut = false;
  async function ask<Name extends string>(
    parts: Readonly<Record<Name, Part>>,
  ): Promise<Record<Name, readonly PartRow[]>>;
  async function ask(parts: Readonly<Record<string, Part>>): Promise<Record<string, readonly PartRow[]>> {
    const answers: Record<string, readonly PartRow[]> = {};
    for (const [name, part] of Object.entries(parts)) {
      const { rows, cut } = await answerPart(part);
      answers[name] = rows;
      isCut ||= cut;
    }
    return answers;
  }

  const verdicts = await ask(verdictParts(verdictsOf(question), parameters));
  const past = await ask(policyParts([...verdicts.fitting, ...verdicts.late], parameters));
  const clusters = [...new Set([...past.latest, ...past.audits].map((row) => textCell(row, 'cluster')))];
  const held = clusters.map(policiesHeld({ ...past, versions: [], now: [] }, asOfMs));
  const gatherer = createStoredGatherer(question, new Map(held.flatMap(({ names }) => [...names])));
  const time = timeCovered(verdicts);
  if (time !== null) gatherer.cover(time.from, time.until);
  for (const talk of talksIn(verdicts)) gatherer.take(talk);
  const evidence = gatherer.gathered({
    history: historyIn(past.history),
    ranges: held.flatMap(({ audit }) => audit ?? []),
    withSnapshot: new Set(held.flatMap((one) => (one.hasSnapshot ? [one.cluster] : []))),
    remedies: REMEDIES,
    awaited: past.latest.length === 0 ? AWAITED : null,
  });
  return isCut ? { ...evidence, caveats: [...evidence.caveats, CUT] } : evidence;
}

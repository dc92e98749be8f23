// Dead letters of the roles that write documents: what of our own topics cannot be read, and what OpenSearch will
// never take. Each is counted when it is made.
import type { OutgoingMessage } from '../../kafka/log.ts';
import { INTAKE } from '../../runtime/metrics/intake.ts';
import type { Metrics } from '../../runtime/metrics/metrics.ts';
import type { Refused } from '../../stores/opensearch/documentStore.ts';
import { storedName } from '../../stores/opensearch/indexNames.ts';
import {
  deadLetterMessage,
  type LetterCause,
  letterOfDocument,
  letterOfRecord,
} from '../../workers/deadLetters/letter.ts';
import type { Unusable } from '../../workers/join/reading.ts';

export interface Letters {
  readonly ofRecord: (unusable: Unusable) => OutgoingMessage;
  readonly ofDocument: (refused: Refused) => OutgoingMessage;
}

/**
 * @param maxBytes what the dead-letter topic takes as one message
 * @param indexPrefix of the indices as they are stored
 */
export function createLetters(metrics: Metrics, maxBytes: number, indexPrefix: string): Letters {
  const letters = metrics.counter(INTAKE.deadLetters);
  const note = (cause: LetterCause): LetterCause => {
    letters.add({ stage: cause.stage, reason: cause.reason });
    return cause;
  };
  return {
    ofRecord({ at, record, reason, detail }) {
      const cause = note({ stage: 'decode', reason, detail });
      return deadLetterMessage(letterOfRecord(at, record, cause), maxBytes);
    },
    ofDocument({ document, status, reason }) {
      const cause = note({ stage: 'index', reason: `refused-${status}`, detail: reason });
      const body = new TextEncoder().encode(JSON.stringify(document.fields));
      const { _index, _id: id, _version: version } = document;
      const place = { index: storedName(_index, indexPrefix), id, version };
      return deadLetterMessage(letterOfDocument(place, body, cause), maxBytes);
    },
  };
}

// What the store tells about its requests, as metrics.
import type { Metrics } from '../../../runtime/metrics/metrics.ts';
import { WRITING } from '../../../runtime/metrics/writing.ts';
import type { WriteEvent } from '../../../stores/opensearch/bulkSender.ts';

const MS_PER_SECOND = 1_000;

/** @param allowed bulk requests at once until the store says otherwise */
export function storeFigures(metrics: Metrics, allowed: number): (event: WriteEvent) => void {
  const duration = metrics.histogram(WRITING.bulkDuration);
  const retries = metrics.counter(WRITING.bulkRetries);
  let limit = allowed;
  metrics.gauge(WRITING.bulkAllowed).from(() => [[{}, limit]]);
  return (event) => {
    switch (event.kind) {
      case 'bulk':
        duration.observe({ outcome: outcomeOf(event.status) }, event.durationMs / MS_PER_SECOND);
        break;
      case 'retry':
        retries.add({ reason: event.why }, event.documents);
        break;
      case 'concurrency':
        limit = event.limit;
        break;
    }
  };
}

function outcomeOf(status: number): string {
  if (status === 0) return 'unanswered';
  if (status === 429) return 'busy';
  return status < 400 ? 'taken' : 'failed';
}

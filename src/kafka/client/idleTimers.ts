// Mends a defect of kafkajs 2.2.4: each connection's request queue arms a timer for a moment that has passed, at
// once again when it fires, for ever: 900 timers a second for an idle connection, and on Node 24 a
// TimeoutNegativeWarning (tulios/kafkajs#1556, #1704, #1751; never merged). With nothing pending and no throttling there is
// nothing to wait for: whoever pushes a request asks again.
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

let mended = false;

/** Once for the process; more calls do nothing. */
export function mendIdleTimers(): void {
  if (mended) return;
  mended = true;
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;
  RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleIfNeeded(this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}

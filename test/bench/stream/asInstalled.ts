// What the tests set otherwise, set back to what an installation has: an empty setting counts as not set.
import type { Settings } from '../../support/stream/workerProcess.ts';

export const AS_INSTALLED: Settings = {
  RAW_PER_KEY: '',
  NEWLY_ALLOWED_PER_KEY: '',
  HEARTBEAT_MS: '',
  MAX_WAIT_MS: '',
  FLUSH_MS: '',
  COMMIT_MS: '',
  SESSION_TIMEOUT_MS: '',
  OPENSEARCH_TIMEOUT_MS: '',
  COVERAGE_INTERVAL_MS: '',
  AUDIT_BACKEND: '',
};

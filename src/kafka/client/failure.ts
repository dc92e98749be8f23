// What an error of kafkajs means to us: whether trying again can help, and which fault it is if not. kafkajs wraps
// errors in errors; the innermost that has a type (the broker's own word) decides.
import { Fault } from '../../model/fault.ts';
import { refused, topicMissing, unavailable } from '../faults.ts';

/** The broker's words for what no repetition mends (Kafka protocol, error codes). */
const FINAL = new Set([
  'CLUSTER_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'GROUP_MAX_SIZE_REACHED',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_COMMIT_OFFSET_SIZE',
  'INVALID_CONFIG',
  'INVALID_GROUP_ID',
  'INVALID_PARTITIONS',
  'INVALID_RECORD',
  'INVALID_REPLICATION_FACTOR',
  'INVALID_REQUEST',
  'INVALID_REQUIRED_ACKS',
  'INVALID_SESSION_TIMEOUT',
  'INVALID_TIMESTAMP',
  'INVALID_TOPIC_EXCEPTION',
  'MESSAGE_TOO_LARGE',
  'OFFSET_METADATA_TOO_LARGE',
  'POLICY_VIOLATION',
  'RECORD_LIST_TOO_LARGE',
  'SASL_AUTHENTICATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'UNSUPPORTED_SASL_MECHANISM',
  'UNSUPPORTED_VERSION',
]);

/** The same where kafkajs itself refuses. */
const FINAL_NAMES = new Set([
  'KafkaJSNotImplemented',
  'KafkaJSSASLAuthenticationError',
  'KafkaJSServerDoesNotSupportApiKey',
]);

const MAX_CAUSES = 8;

/** The broker's word for what went wrong, as `REBALANCE_IN_PROGRESS`; '' when it said none. */
export function typeOf(cause: unknown): string {
  for (const error of chain(cause)) {
    const type = 'type' in error ? error.type : undefined;
    if (typeof type === 'string') return type;
  }
  return '';
}

export function isFinal(cause: unknown): boolean {
  if (cause instanceof Fault) return !cause.retryable;
  return FINAL.has(typeOf(cause)) || chain(cause).some(({ name }) => FINAL_NAMES.has(name));
}

/** Whether it is the connection that failed: nothing was answered on it, or not in time. */
export function isConnectionTrouble(cause: unknown): boolean {
  return isLate(cause) || chain(cause).some(({ name }) => name.startsWith('KafkaJSConnection'));
}

/** Whether no answer came in time: the connection may be dead without having been closed. */
export function isLate(cause: unknown): boolean {
  return chain(cause).some(({ name }) => name.includes('RequestTimeout'));
}

/** @param what was to be done: 'joining group g', 'sending to t/0' */
export function faultOf(cause: unknown, what: string): Fault {
  if (cause instanceof Fault) return cause;
  return isFinal(cause) ? refused(what, cause) : unavailable(what, cause);
}

/** As `faultOf`, where the broker's word is about a topic. */
export function topicFault(cause: unknown, topic: string, what: string): Fault {
  return typeOf(cause) === 'UNKNOWN_TOPIC_OR_PARTITION' ? topicMissing(topic, cause) : faultOf(cause, what);
}

function chain(cause: unknown): Error[] {
  const errors: Error[] = [];
  let here = cause;
  while (here instanceof Error && errors.length < MAX_CAUSES) {
    errors.push(here);
    here = here.cause;
  }
  return errors.reverse();
}

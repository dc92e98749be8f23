// A fault is what stops a job: an exception with a code from one closed list. Bad records are no faults
// (see outcome.ts).

/** Exit codes of the command line (design.md §7). */
export const EXIT = { fine: 0, drift: 1, usage: 2, trouble: 3 } as const;

const CODES = {
  usage: EXIT.usage,
  'input-missing': EXIT.usage,
  'input-unreadable': EXIT.trouble,
  'input-empty': EXIT.trouble,
  'input-broken': EXIT.trouble,
  'output-unwritable': EXIT.trouble,
  'store-failed': EXIT.trouble,
  'schema-unknown': EXIT.trouble,
  'avro-broken': EXIT.trouble,
  'old-node': EXIT.usage,
  settings: EXIT.usage,
  'kafka-unavailable': EXIT.trouble,
  'kafka-refused': EXIT.trouble,
  'message-too-large': EXIT.trouble,
  'topic-missing': EXIT.trouble,
  'topic-wrong': EXIT.trouble,
  'opensearch-unavailable': EXIT.trouble,
  'opensearch-refused': EXIT.trouble,
  'too-many-rejects': EXIT.trouble,
  'policy-log-lost': EXIT.trouble,
} as const;
export type FaultCode = keyof typeof CODES;

/** `message` is one line for a person: the thing, the cause, the next step (screens.md, Errors). */
export class Fault extends Error {
  readonly code: FaultCode;
  /** Whether the same call may go through later. */
  readonly retryable: boolean;

  constructor(code: FaultCode, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }

  get exitCode(): number {
    return CODES[this.code];
  }
}

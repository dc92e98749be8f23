// Who waits for which offset to be read, and for all that a log held when its reading began. Once reading has
// failed, everybody who waits or comes to wait is told why.

export interface Milestones {
  /** What must have been read to be caught up: last offsets by topic, -1 for nothing. */
  expect(last: ReadonlyMap<string, number>): void;
  passed(topic: string, offset: number): void;
  reached(topic: string, offset: number): Promise<void>;
  fail(cause: unknown): void;
  readonly caughtUp: Promise<void>;
}

interface Waiter {
  readonly topic: string;
  readonly offset: number;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

export function createMilestones(): Milestones {
  const passed = new Map<string, number>();
  let waiters: Waiter[] = [];
  let failure: { readonly cause: unknown } | null = null;
  const { promise: caughtUp, resolve: arrive, reject: giveUp } = Promise.withResolvers<void>();
  // Not everybody waits for it, and a failure is told in other ways, too.
  caughtUp.catch(() => {});

  function reached(topic: string, offset: number): Promise<void> {
    if (failure !== null) return Promise.reject(asError(failure.cause));
    if ((passed.get(topic) ?? -1) >= offset) return Promise.resolve();
    return new Promise((resolve, reject) => {
      waiters.push({ topic, offset, resolve, reject });
    });
  }

  return {
    caughtUp,
    reached,
    expect(last) {
      const all = [...last].map(([topic, offset]) => reached(topic, offset));
      Promise.all(all).then(() => {
        arrive();
      }, giveUp);
    },
    passed(topic, offset) {
      passed.set(topic, Math.max(offset, passed.get(topic) ?? -1));
      const isDone = (one: Waiter): boolean => one.topic === topic && offset >= one.offset;
      for (const waiter of waiters) if (isDone(waiter)) waiter.resolve();
      waiters = waiters.filter((one) => !isDone(one));
    },
    fail(cause) {
      if (failure !== null) return;
      failure = { cause };
      giveUp(cause);
      for (const waiter of waiters) waiter.reject(cause);
      waiters = [];
    },
  };
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

// Feed documents whose records told no time (rejected lines, mostly) say 1970: from when until when a feed reached,
// or lost something, they cannot tell.

/** A condition on rows of `feeds`. */
export const TIMED_FEEDS = `"feed.from" >= TIMESTAMP '1970-01-02'`;

// Who talked to whom, as one word of a rollup: a field that Dashboards computes while it asks (a "scripted field"), since
// a table by the ten fields that it is made of would lose rows, and nobody could read it. The same words as in saved
// queries (queries/catalogue/conversations.ts): whoever connects stands first.

export const CONVERSATION_FIELD = 'conversation';

/**
 * Statements only: for a filter on it Dashboards puts it into a lambda, where Painless takes no functions
 * (OpenSearch-Dashboards: phrase_filter.ts).
 */
export const CONVERSATION_SCRIPT = [
  'String subject = ',
  "doc['subject.namespace'].size() > 0 ? doc['subject.namespace'].value + '/' + ",
  "(doc['subject.workload'].size() > 0 ? doc['subject.workload'].value : '?') : ",
  "(doc['subject.labels'].contains('reserved:host') ? 'host' : ",
  "(doc['subject.workload'].size() > 0 ? doc['subject.workload'].value : '?')); ",
  'String peer = ',
  "doc['peer.namespace'].size() > 0 ? doc['peer.namespace'].value + '/' + ",
  "(doc['peer.workload'].size() > 0 ? doc['peer.workload'].value : '?') : ",
  "(doc['peer.entity'].size() > 0 ? doc['peer.entity'].value : ",
  "(doc['peer.workload'].size() > 0 ? doc['peer.workload'].value : '?')) + ",
  "(doc['peer.ip'].size() > 0 && !doc['peer.ip'].value.equals('other') ? ' ' + doc['peer.ip'].value : ''); ",
  "String service = (doc['network.transport'].size() > 0 ? ' ' + doc['network.transport'].value : '') + ",
  "(doc['destination.port'].size() > 0 ? ' ' + doc['destination.port'].value : ''); ",
  "return doc['network.direction'].size() > 0 && doc['network.direction'].value.equals('egress') ",
  "? subject + ' → ' + peer + service : peer + ' → ' + subject + service;",
].join('');

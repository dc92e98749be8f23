// The Painless that runs inside OpenSearch: over single documents while it groups them, and over the answer to decide
// whether an alert goes off. Names come out of logs: what becomes part of a command is quoted for a shell here.
// No source holds two braces in a row, since the alerting plugin reads the whole query as a Mustache template.

export interface Script {
  readonly lang: 'painless';
  readonly source: string;
  readonly params?: Readonly<Record<string, string | number>>;
}

export function painless(source: string, params: Script['params'] = {}): Script {
  const lines = source.trim().split('\n');
  const joined = lines.map((line) => line.trim()).join(' ');
  return Object.keys(params).length === 0
    ? { lang: 'painless', source: joined }
    : { lang: 'painless', source: joined, params };
}

/** Of a rollup: the policies that decided; on a default deny, those that switched it on. */
export const POLICIES = painless(`
  List found = new ArrayList();
  for (rule in doc['policy.deciding']) {
    int end = rule.indexOf('#');
    found.add(end < 0 ? rule : rule.substring(0, end));
  }
  if (found.isEmpty()) found.addAll(doc['policy.isolating']);
  if (found.isEmpty()) found.add('(no policy)');
  return found;
`);

/**
 * Of a rollup: `shop/web shop/cart 8080 --cluster prod`, what `netpol-drift why` wants to be told, fit for a shell
 * whatever the logs call things.
 */
export const CONVERSATION = painless(`
  String word(String text) {
    StringBuilder out = new StringBuilder();
    boolean plain = text.length() > 0;
    for (int at = 0; at < text.length(); ++at) {
      char c = text.charAt(at);
      if (c < (char) 33 || c > (char) 126 || (at == 0 && c == (char) 45)) out.append('?');
      else if (c == (char) 39) out.append("'\\\\''");
      else out.append(c);
      if (!(Character.isLetterOrDigit(c) && c < (char) 127) && '-_./:'.indexOf(String.valueOf(c)) < 0) plain = false;
    }
    return plain ? out.toString() : "'" + out.toString() + "'";
  }
  String first(def values) { return values.size() == 0 ? '' : values.get(0).toString(); }
  String end(String namespace, String workload, String entity, String address) {
    if (namespace.length() > 0) return word(namespace + '/' + (workload.length() > 0 ? workload : '*'));
    if (address.length() > 0 && !address.equals('other')) return word(address);
    return word(entity.length() > 0 ? entity : 'world');
  }
  String subject = end(first(doc['subject.namespace']), first(doc['subject.workload']), 'host', '');
  String peer = end(first(doc['peer.namespace']), first(doc['peer.workload']),
    first(doc['peer.entity']), first(doc['peer.ip']));
  String transport = first(doc['network.transport']);
  String port = first(doc['destination.port']);
  String service = port.length() == 0 ? transport : (transport.equals('tcp') ? port : port + '/' + transport);
  boolean leaves = first(doc['network.direction']).equals('egress');
  return (leaves ? subject + ' ' + peer : peer + ' ' + subject) + ' ' + word(service)
    + ' --cluster ' + word(first(doc['orchestrator.cluster.name']));
`);

/** Of a change the change itself; of a rollup the change that caused it. */
export const CHANGE = painless(`
  if (doc.containsKey('change.id') && doc['change.id'].size() > 0) return doc['change.id'].value;
  return doc['cause.change_id'].size() > 0 ? doc['cause.change_id'].value : '(no change)';
`);

/**
 * Whether an alert goes off: the search has thrown out every cluster that is well. Before the first document is
 * written there is no index, and an answer without aggregations.
 */
export const ANY_CLUSTER = painless(`
  def found = ctx.results[0].aggregations;
  return found != null && found.clusters.buckets.size() > 0;
`);

// The Painless that runs inside OpenSearch: over single documents while it groups them, and over the answer to decide
// whether an alert goes off. Names come out of logs, and messages go to terminals and chats: what becomes part of a command
// is quoted for a shell here, and what is told beside it can neither begin a line nor be markup.
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

/**
 * A name fit for a message: letters and digits of any language, and the signs that names of users, policies and clusters
 * are made of. Line breaks, control characters, markup (`<`, `>`, `&`, brackets, backticks) and an `@` that begins a word,
 * which calls people in some chats, become `?`.
 */
const SHOWN = `
  String shown(String text) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < text.length() && at < 200; ++at) {
      char c = text.charAt(at);
      boolean isName = Character.isLetterOrDigit(c) || " -_./:,;@#=+()'*%~".indexOf(String.valueOf(c)) >= 0;
      boolean isCall = c == (char) 64 && (at == 0 || text.charAt(at - 1) == (char) 32);
      out.append(isName && !isCall ? String.valueOf(c) : '?');
    }
    return text.length() > 200 ? out.toString() + '…' : out.toString();
  }`;

/** The value of a field, fit for a message; `-` where there is none. */
export function shown(field: string): Script {
  return painless(
    `
    ${SHOWN}
    return doc[params.field].size() == 0 ? '-' : shown(doc[params.field].get(0).toString());`,
    { field },
  );
}

/** Of a rollup: the policies that the decision is put down to, fit for a message. */
export const POLICIES = painless(`
  ${SHOWN}
  List found = new ArrayList();
  for (policy in doc['policy.responsible']) found.add(shown(policy));
  if (found.isEmpty()) found.add('(no policy)');
  return found;
`);

/**
 * A word for a shell whatever the logs call things: letters, digits and the signs of names, in quotes where a shell might
 * read one of them. All else (spaces, quotes, markup, an `-` or `@` that begins it) becomes `?`.
 */
const WORD = `
  String word(String text) {
    StringBuilder out = new StringBuilder();
    boolean plain = text.length() > 0;
    for (int at = 0; at < text.length(); ++at) {
      char c = text.charAt(at);
      boolean isLetter = Character.isLetterOrDigit(c) && c < (char) 127;
      boolean isPlain = isLetter || '_./:'.indexOf(String.valueOf(c)) >= 0 || (at > 0 && c == (char) 45);
      boolean isName = isPlain || '*#=+,%'.indexOf(String.valueOf(c)) >= 0 || (at > 0 && c == (char) 64);
      out.append(isName ? String.valueOf(c) : '?');
      if (!isPlain) plain = false;
    }
    return plain ? out.toString() : "'" + out.toString() + "'";
  }
  String first(def values) { return values.size() == 0 ? '' : values.get(0).toString(); }`;

/** `--cluster prod` */
export const CLUSTER_OPTION = painless(`
  ${WORD}
  return '--cluster ' + word(first(doc['orchestrator.cluster.name']));
`);

/** Of a rollup: ` --namespace shop`, of the end whose policies were asked; nothing where it is in none. */
export const NAMESPACE_OPTION = painless(`
  ${WORD}
  String namespace = first(doc['subject.namespace']);
  return namespace.length() == 0 ? '' : ' --namespace ' + word(namespace);
`);

/** Of a rollup: `shop/web shop/cart 8080`, what `netpol-drift why` wants to be told. */
export const CONVERSATION = painless(`
  ${WORD}
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
  return (leaves ? subject + ' ' + peer : peer + ' ' + subject) + ' ' + word(service);
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

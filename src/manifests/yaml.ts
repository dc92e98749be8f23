// YAML manifests, read as kubectl reads them: its parser (sigs.k8s.io/yaml, goyaml.v2/resolve.go) still knows YAML
// 1.1's booleans, octal numbers and merge keys, so `ingress: no` is false there and must be false here. Aliases that
// multiply beyond all measure are refused.
import { LineCounter, parseAllDocuments, type Document, type ScalarTag } from 'yaml';

import type { ParsedDocument } from './document.ts';

const MAX_ALIASES = 100;

const BOOLEAN: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/,
  resolve: (source) => /^(?:y|on$)/i.test(source),
};

const OCTAL: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0[0-7_]+$/,
  resolve: (source) => Number.parseInt(source.replaceAll('_', ''), 8),
};

/** Documents without content are left out, but counted: `file#2` is the second document as one sees it. */
export function parseYaml(path: string, bytes: Buffer): readonly ParsedDocument[] {
  const text = bytes.toString('utf8');
  const lines = new LineCounter();
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      schema: 'core',
      merge: true,
      customTags: (tags) => [BOOLEAN, OCTAL, ...tags],
    });
    if (!Array.isArray(documents)) return [];
    return documents.flatMap((document, index) => read(document, `${path}#${index + 1}`, lines));
  } catch (cause) {
    // Only nesting so deep that the parser's own stack ends throws here.
    return [{ source: path, message: `cannot be parsed: ${messageOf(cause)}` }];
  }
}

function read(document: Document.Parsed, source: string, lines: LineCounter): readonly ParsedDocument[] {
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0]);
    return [{ source, message: `line ${line}: not YAML: ${messageOf(error)}` }];
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return value === null || value === undefined ? [] : [{ value, source }];
  } catch (cause) {
    const { line } = lines.linePos(document.range[0]);
    return [{ source, message: `line ${line}: cannot be read: ${messageOf(cause)}` }];
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ').slice(0, 200) : String(cause);
}

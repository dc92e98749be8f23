// What a file of manifests is made of, on its way from text to Kubernetes objects.
import type { JsonObject } from '../model/json.ts';

export interface LoadedObject {
  readonly object: JsonObject;
  /** `file#document` for YAML, `file:line` for JSON; in lists followed by ` items[index]`. */
  readonly source: string;
}

export interface LoadProblem {
  readonly source: string;
  /** One line for a person. */
  readonly message: string;
}

/** A document as parsed, of any shape, or why it could not be. */
export type ParsedDocument = { readonly value: unknown; readonly source: string } | LoadProblem;

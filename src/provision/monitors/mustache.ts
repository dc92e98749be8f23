// The Mustache that messages are made of, over the answer of a search. Keys and facts are told as they are (three braces):
// two would escape them for JSON, and break the quotes of a command. So whatever comes out of logs has passed through the
// Painless that makes it fit for a message. A tag never stands alone on its line, since Mustache takes such lines away.

/** A text for each group, in their order. */
export function each(groups: string, text: string): string {
  return `{{#${groups}.buckets}}${text}{{/${groups}.buckets}}`;
}

/** A text told from inside one filter. */
export function inside(name: string, text: string): string {
  return `{{#${name}}}${text}{{/${name}}}`;
}

/** What a group is about, where a script of ours gave the name, or a list that we know. */
export const KEY = '{{{key}}}';

/** The value of a figure, as its format has it. */
export function value(figure: string): string {
  return `{{${figure}.value_as_string}}`;
}

/** One of what `told` looks up. */
export function fact(told: string, name: string): string {
  return `{{{${told}.hits.hits.0.fields.${name}.0}}}`;
}

/** A text where there is no group. */
export function without(groups: string, text: string): string {
  return `{{^${groups}.buckets}}${text}{{/${groups}.buckets}}`;
}

/** A text where a figure has a value: a mean over nothing has none. */
export function where(figure: string, text: string): string {
  return `{{#${figure}.value_as_string}}${text}{{/${figure}.value_as_string}}`;
}

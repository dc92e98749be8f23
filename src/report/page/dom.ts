// Builds the page's elements. A text is only ever set as text: nothing here, and nothing else in the page, makes
// markup of a string.

export type Child = Node | string | readonly Child[];

/** @param attributes null leaves one out */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | null>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, value);
  append(element, children);
  return element;
}

/** Takes out what is there and puts in the children. */
export function fill(id: string, ...children: readonly Child[]): void {
  const element = document.getElementById(id);
  if (element === null) return;
  element.replaceChildren();
  append(element, children);
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children)
    if (typeof child === 'string' || child instanceof Node) element.append(child);
    else append(element, child);
}

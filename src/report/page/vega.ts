// The little of Vega that the page uses: its script stands before ours and leaves one global behind.

export interface VegaView {
  readonly initialize: (container: Element) => VegaView;
  readonly data: (name: string, rows: readonly object[]) => VegaView;
  readonly signal: { (name: string): unknown; (name: string, value: unknown): VegaView };
  readonly scale: (name: string) => (value: number) => number;
  readonly tooltip: (
    handler: (handler: unknown, event: MouseEvent, item: unknown, value: unknown) => void,
  ) => VegaView;
  readonly addEventListener: (
    type: 'click',
    handler: (event: MouseEvent, item: { readonly tooltip?: unknown } | null | undefined) => void,
  ) => VegaView;
  readonly resize: () => VegaView;
  readonly runAsync: () => Promise<VegaView>;
}

interface Vega {
  /** `ast: true`: expressions as trees, which the interpreter walks, since the page may make no code. */
  readonly parse: (specification: unknown, config: object, options: { readonly ast: true }) => unknown;
  readonly View: new (
    runtime: unknown,
    options: { readonly expr: unknown; readonly renderer: 'svg'; readonly hover: boolean },
  ) => VegaView;
  readonly expressionInterpreter: unknown;
}

declare global {
  interface Window {
    readonly vega: Vega;
  }
}

/** @param container must be in the page and visible: the chart takes its width */
export function createVegaView(specification: unknown, container: Element): VegaView {
  const { parse, View, expressionInterpreter } = window.vega;
  const runtime = parse(specification, {}, { ast: true });
  return new View(runtime, { expr: expressionInterpreter, renderer: 'svg', hover: false }).initialize(
    container,
  );
}

// A dashboard: panels from left to right and from top to bottom, as far as the grid of 48 columns reaches.
import type { JsonObject } from '../../model/json.ts';
import { idOf, inText, type Reference, type SavedObject, type Said } from './savedObject.ts';
import { NO_QUERY } from './searchSource.ts';

const COLUMNS = 48;

/** From which on panels have the form that all of 2.x and 3.x read (OpenSearch-Dashboards: migrate_app_state.ts). */
const PANEL_VERSION = '7.9.3';

/** Width in columns of 48, height in rows of about 20 pixels. */
export interface Placed {
  readonly object: SavedObject;
  readonly width: number;
  readonly height: number;
}

/** The panels and what holds them. @param from beginning of the time shown at first, `now-24h`; until now */
export function dashboard(
  prefix: string,
  { slug, title, description }: Said,
  panels: readonly Placed[],
  from: string,
): readonly SavedObject[] {
  const references = panels.map(
    ({ object }, index): Reference => ({ name: `panel_${index}`, type: object.type, id: object.id }),
  );
  const whole: SavedObject = {
    type: 'dashboard',
    id: idOf(prefix, slug),
    attributes: {
      title,
      description,
      hits: 0,
      panelsJSON: inText(placed(panels)),
      optionsJSON: inText({ hidePanelTitles: false, useMargins: true }),
      version: 1,
      timeRestore: true,
      timeFrom: from,
      timeTo: 'now',
      refreshInterval: { pause: true, value: 0 },
      kibanaSavedObjectMeta: { searchSourceJSON: inText({ query: NO_QUERY, filter: [] }) },
    },
    references,
  };
  return [...panels.map(({ object }) => object), whole];
}

/** A row is as high as its highest panel. @throws RangeError for a panel wider than the grid */
function placed(panels: readonly Placed[]): readonly JsonObject[] {
  let [x, y, rowHeight] = [0, 0, 0];
  return panels.map(({ object, width, height }, index) => {
    if (width > COLUMNS) throw new RangeError(`${object.id} is wider than a dashboard`);
    if (x + width > COLUMNS) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const gridData = { x, y, w: width, h: height, i: String(index + 1) };
    x += width;
    rowHeight = Math.max(rowHeight, height);
    return {
      version: PANEL_VERSION,
      panelIndex: String(index + 1),
      gridData,
      embeddableConfig: {},
      panelRefName: `panel_${index}`,
    };
  });
}

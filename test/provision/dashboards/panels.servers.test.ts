// The questions of all panels, asked of a real OpenSearch that holds the documents of the example cluster and of
// its troubles, below the templates that setup makes.
import { beforeAll, expect, test } from 'vitest';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Document } from '../../../src/documents/document.ts';
import { at, field, isObject, type JsonObject, text } from '../../../src/model/json.ts';
import { countCell } from '../../../src/queries/cells.ts';
import { talkCells } from '../../../src/queries/catalogue/conversations.ts';
import { NOISIEST_SOURCES } from '../../../src/queries/catalogue/noisiestSources.ts';
import { answerFromOpenSearch } from '../../../src/stores/opensearch/answers.ts';
import { parametersOf } from '../../queries/catalogue/someParameters.ts';
import { CONVERSATION_SCRIPT } from '../../../src/provision/dashboards/conversationField.ts';
import { savedObjects } from '../../../src/provision/dashboards/dashboards.ts';
import { toNdjson } from '../../../src/provision/dashboards/savedObject.ts';
import { openDocumentStore } from '../../../src/stores/opensearch/store.ts';
import { CALM, describeOnServer, serverForTests, someSettings } from '../../stores/opensearch/realServer.ts';
import { fieldsOfPatterns } from './fieldsOfPatterns.ts';
import { GROUP, type PanelSearch, searchOfPanel, searchOfVega } from './panelSearch.ts';
import { troubledExample } from './troubledExample.ts';
import { aggsOf, inner, list, readObjects, vegaSources, vegaSpecOf } from './readObjects.ts';

/** All of the example. */
const TIME = { min: Date.parse('2026-11-02T08:00:00Z'), max: Date.parse('2026-11-02T12:00:00Z') };

const settings = someSettings();
const { indexPrefix } = settings;
const objects = readObjects(toNdjson(savedObjects(indexPrefix)));
const named = (slug: string) => {
  const found = objects.find(({ type, id }) => type !== 'index-pattern' && id === indexPrefix + slug);
  if (found === undefined) throw new Error(`no object ${slug}`);
  return found;
};
const counting = objects.filter((object) => aggsOf(object).length > 0);
const listing = objects.filter(({ type }) => type === 'search');

describeOnServer('the panels, on the documents of the example,', () => {
  const server = serverForTests(settings);
  let documents: readonly Document[] = [];

  beforeAll(async () => {
    documents = await troubledExample();
    const writer = openDocumentStore(settings, () => {});
    const { refused } = await writer.write(documents, CALM);
    await writer.close();
    expect(refused).toEqual([]);
    await server.ask('POST', `/${indexPrefix}*/_refresh`);
  });

  const ask = ({ index, body }: PanelSearch): Promise<unknown> =>
    server.ask('POST', `/${index}/_search`, body);

  test.each(
    counting.map((object) => [object.id.slice(indexPrefix.length), object] as const),
  )('%s: counts something in every group that it has', async (_slug, object) => {
    const answer = await ask(searchOfPanel(object, objects));
    const counts = innermost(at(answer, 'aggregations'));
    expect(Math.max(0, ...counts)).toBeGreaterThan(0);
  });

  test.each(
    listing.map((object) => [object.id.slice(indexPrefix.length), object] as const),
  )('%s: lists documents with the fields that it shows', async (_slug, object) => {
    const hits = list(at(await ask(searchOfPanel(object, objects)), 'hits', 'hits'));
    const shown = list(field(object.attributes, 'columns')).map(text);
    const known = new Set(hits.flatMap((hit) => Object.keys(Object(field(hit, '_source')))));
    expect(shown.some((name) => known.has(name))).toBe(true);
  });

  test('the fields of the index patterns are those that the server tells of', async () => {
    for (const [id, fields] of fieldsOfPatterns(objects, indexPrefix)) {
      const pattern = objects.find((object) => object.type === 'index-pattern' && object.id === id);
      const index = text(field(pattern?.attributes, 'title'));
      const told = at(await server.ask('GET', `/${index}/_field_caps?fields=*`), 'fields');
      const asked = [...fields].filter(([, type]) => type !== 'scripted' && type !== 'object');
      expect(asked.map(([name]) => [name, ...Object.keys(Object(field(told, name)))])).toEqual(asked);
    }
  });

  test('a namespace narrows verdicts, changes and policies alike', async () => {
    const broken = documents.find(({ fields }) => list(fields['drift']).includes('denied-by-change'));
    const namespace = text(broken?.fields['subject.namespace']);
    const chosen = { term: { 'orchestrator.namespace': namespace } };
    const sides: readonly (readonly [string, string])[] = [
      ['broken-by-change', 'subject.namespace'],
      ['changes', 'policy.namespace'],
    ];
    for (const [slug, name] of sides) {
      const { index, body } = searchOfPanel(named(slug), objects, [chosen]);
      const hits = list(at(await ask({ index, body: { ...body, size: 100 } }), 'hits', 'hits'));
      expect(hits.length).toBeGreaterThan(0);
      for (const hit of hits) expect(at(hit, '_source')).toMatchObject({ [name]: namespace });
    }
  });

  test('one change, chosen by its id, has an answer in every panel about it', async () => {
    const change = text(
      documents.find(({ fields }) => list(fields['drift']).includes('denied-by-change'))?.fields[
        'cause.change_id'
      ],
    );
    expect(change).not.toBe('');
    const chosen = { term: { 'change.id': change } };
    for (const { id } of named('change-impact').references) {
      const panel = named(id.slice(indexPrefix.length));
      if (panel.type === 'visualization' && aggsOf(panel).length === 0) continue;
      const answer = await ask(searchOfPanel(panel, objects, [chosen]));
      const counts =
        panel.type === 'search'
          ? [list(at(answer, 'hits', 'hits')).length]
          : innermost(at(answer, 'aggregations'));
      expect(Math.max(0, ...counts), id).toBeGreaterThan(0);
    }
  });

  test('a choice offers the clusters and namespaces that there are', async () => {
    for (const slug of ['drift-choice', 'change-choice', 'feed-choice'])
      for (const control of list(at(inner(named(slug), 'visState'), 'params', 'controls'))) {
        const pattern = named(slug).references[0]?.id;
        const object = objects.find(({ type, id }) => type === 'index-pattern' && id === pattern);
        const aggs = { [GROUP]: { terms: { field: text(field(control, 'fieldName')) } } };
        const index = text(field(object?.attributes, 'title'));
        expect(
          list(at(await ask({ index, body: { size: 0, aggs } }), 'aggregations', GROUP, 'buckets')),
        ).not.toEqual([]);
      }
  });

  test('conversations have the words and the figures of the saved query', async () => {
    const reading = { ...server, indexPrefix };
    const { denials } = NOISIEST_SOURCES.parts(parametersOf(NOISIEST_SOURCES));
    if (denials === undefined) throw new Error('the query has another part');
    const wanted = new Map<string, number>();
    for (const row of (await answerFromOpenSearch(reading, denials, CALM)).rows) {
      const { source, destination, service } = talkCells(row);
      const words = `${String(source)} → ${String(destination)} ${String(service)}`;
      wanted.set(words, (wanted.get(words) ?? 0) + countCell(row, 'verdicts'));
    }
    const answer = await ask(searchOfPanel(named('noisiest-sources'), objects));
    const shown = bucketsOf(at(answer, 'aggregations')).flatMap((cluster) =>
      bucketsOf(cluster).map(
        (bucket) => [text(field(bucket, 'key')), Number(at(bucket, FIRST_FIGURE, 'value'))] as const,
      ),
    );
    const size = Number(aggsOf(named('noisiest-sources')).at(-1)?.params['size']);
    expect(shown).toHaveLength(Math.min(size, wanted.size));
    for (const [words, count] of shown) expect(wanted.get(words), words).toBe(count);

    // A click on one filters by it: Dashboards wraps the script so (phrase_filter.ts).
    const [words = '', count] = shown[0] ?? [];
    const source = `boolean compare(Supplier s, def v) {return s.get() == v;}compare(() -> { ${CONVERSATION_SCRIPT} }, params.value);`;
    const clicked = { script: { script: { source, lang: 'painless', params: { value: words } } } };
    const narrowed = await ask(searchOfPanel(named('noisiest-sources'), objects, [clicked]));
    const left = bucketsOf(at(narrowed, 'aggregations')).flatMap(bucketsOf);
    expect(left.map((bucket) => [field(bucket, 'key'), at(bucket, FIRST_FIGURE, 'value')])).toEqual([
      [words, count],
    ]);
  });

  test('the chart draws areas and marks out of what its questions bring', async () => {
    const spec = vegaSpecOf(named('timeline'));
    const answers = new Map<string, unknown>();
    for (const source of vegaSources(spec)) answers.set(source.name, await ask(searchOfVega(source, TIME)));
    const drawn = withAnswers(spec, answers);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- vega-lite checks it when it compiles
    const view = new View(parse(compile(drawn as unknown as TopLevelSpec).spec), { renderer: 'none' });
    await view.runAsync();
    const svg = await view.toSVG();
    const drawnAs = (words: string): number => svg.split(words).length - 1;
    expect(drawnAs('aria-roledescription="area mark container"')).toBeGreaterThan(1);
    const changes = list(at(answers.get('changes'), 'hits', 'hits')).length;
    expect(changes).toBeGreaterThan(10);
    // A line and a triangle for each.
    expect(drawnAs('; who: ')).toBe(2 * changes);
  });
});

/** Documents of the innermost groups. */
function innermost(aggregations: unknown): readonly number[] {
  const group = at(aggregations, GROUP);
  if (group === undefined) return [];
  const buckets = field(group, 'buckets');
  const each = Array.isArray(buckets) ? buckets : Object.values(Object(buckets));
  return each.flatMap((bucket: unknown) =>
    field(bucket, GROUP) === undefined ? [Number(field(bucket, 'doc_count'))] : innermost(bucket),
  );
}

/** Where the figure stands by which rows are ordered. */
const FIRST_FIGURE = '1';

function bucketsOf(aggregations: unknown): readonly unknown[] {
  return list(at(aggregations, GROUP, 'buckets'));
}

/** A specification as it is once Dashboards has asked. */
function withAnswers(spec: unknown, answers: ReadonlyMap<string, unknown>): JsonObject {
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.keys(value).map((key) => {
        const name = text(field(value[key], 'name'));
        if (key !== 'data' || !answers.has(name)) return [key, fill(value[key])];
        return [key, { name, format: field(value[key], 'format'), values: answers.get(name) }];
      }),
    );
  };
  const filled = fill(spec);
  return { ...(isObject(filled) ? filled : {}), width: 600, height: 200 };
}

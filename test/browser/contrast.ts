// How far the texts and marks of a page stand out from their ground, as WCAG 2.2 counts it (1.4.3, 1.4.11): measured on
// what the browser shows, so that no colour is forgotten.
import type { Page } from 'playwright-core';

/** One line for each text below 4.5:1 (large: 3:1) and each mark below 3:1: what it is, both colours, the ratio. */
export async function weakContrasts(page: Page): Promise<readonly string[]> {
  const found: unknown = await page.evaluate(MEASURE);
  return Array.isArray(found) ? found.map(String) : ['nothing was measured'];
}

/** How many texts and marks there are to measure. */
export async function contrastsMeasured(page: Page): Promise<number> {
  return Number(await page.evaluate(`(${MEASURE}).measured`));
}

/** Runs in the page. */
const MEASURE = `(() => {
  const parse = (text) => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\\d.]+/g) ?? []).map(Number);
    return { red, green, blue, alpha };
  };
  const over = (top, below) => {
    const mix = (name) => top[name] * top.alpha + below[name] * (1 - top.alpha);
    return { red: mix('red'), green: mix('green'), blue: mix('blue'), alpha: 1 };
  };
  const groundOf = (element) => {
    const layers = [];
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.alpha > 0) layers.push(colour);
      if (colour.alpha === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), { red: 255, green: 255, blue: 255, alpha: 1 });
  };
  const luminance = ({ red, green, blue }) => {
    const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  };
  const ratio = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const written = ({ red, green, blue }) => 'rgb(' + [red, green, blue].map(Math.round).join(' ') + ')';
  const weak = new Set();
  let measured = 0;
  const measure = (name, colour, ground, least) => {
    measured += 1;
    const shown = over(colour, ground);
    const found = ratio(shown, ground);
    if (found < least) weak.add(name + ': ' + written(shown) + ' on ' + written(ground) + ' ' + found.toFixed(2));
  };
  const nameOf = (element) => element.tagName.toLowerCase() + [...element.classList].map((one) => '.' + one).join('');
  const leastOf = (style) => {
    const size = parseFloat(style.fontSize);
    return size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
  };
  for (const element of document.querySelectorAll('body *')) {
    if (!element.checkVisibility() || ['SCRIPT', 'STYLE'].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const isSvg = element.ownerSVGElement !== undefined && element.ownerSVGElement !== null;
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    const ground = groundOf(element);
    if (hasText) measure(nameOf(element), parse(isSvg ? style.fill : style.color), ground, leastOf(style));
    for (const pseudo of ['::before', '::after']) {
      const drawn = getComputedStyle(element, pseudo);
      if (!['none', 'normal', '""'].includes(drawn.content))
        measure(nameOf(element) + pseudo, parse(drawn.color), ground, leastOf(style));
    }
    if (element.placeholder)
      measure(nameOf(element) + '::placeholder', parse(getComputedStyle(element, '::placeholder').color), ground, 4.5);
    if (['INPUT', 'SELECT', 'BUTTON'].includes(element.tagName) && style.borderTopWidth !== '0px')
      measure(nameOf(element) + ' border', parse(style.borderTopColor), groundOf(element.parentElement), 3);
    if (element.classList.contains('swatch'))
      measure(nameOf(element), parse(style.backgroundColor), groundOf(element.parentElement), 3);
    const isMark = isSvg && element.closest('.mark-area, .mark-symbol') !== null && element.tagName === 'path';
    if (isMark && style.fill !== 'none' && style.fillOpacity === '1' && element.closest('.background') === null)
      measure(nameOf(element) + ' of the chart', parse(style.fill), ground, 3);
  }
  return Object.assign([...weak].sort(), { measured });
})()`;

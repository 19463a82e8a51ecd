import type { IAnswerTile } from './document';
import type { KeptColumn } from './kept-answer';

/** How many pixels of a copied picture are one on screen: sharp on paper, too. */
const SHARPNESS = 2;
/** What of the computed style a drawing by itself needs: of texts, and of shapes. */
const OF_TEXT = [
  'fill',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline'
] as const;
const OF_SHAPE = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'stroke-opacity',
  'opacity'
] as const;

/** A field of a CSV file. A text that a spreadsheet would take for a formula begins with an apostrophe. */
function field(value: KeptColumn[number] | undefined): string {
  const text = Array.isArray(value)
    ? JSON.stringify(value)
    : value === null || value === undefined
      ? ''
      : String(value);
  const safe =
    typeof value !== 'number' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** The numbers that a tile draws, as CSV with a head; null where it has none. Times are in UTC. */
export function csvOf({ recipe, last }: IAnswerTile): string | null {
  const table =
    last?.answer.tables[recipe.kind === 'embedding_map' ? 'clusters' : ''];
  const columns = Object.entries(table ?? {});
  if (columns.length === 0) {
    return null;
  }
  const isTime = (name: string): boolean =>
    recipe.kind === 'time_series' && (name === 'start' || name === 'end');
  const lines = columns[0][1].map((_, i) =>
    columns
      .map(([name, values]) => {
        const value = values[i];
        return field(
          isTime(name) && typeof value === 'number'
            ? new Date(value).toISOString()
            : value
        );
      })
      .join(',')
  );
  return `${[columns.map(([name]) => field(name)).join(','), ...lines].join('\r\n')}\r\n`;
}

/** A drawing with its ground, that looks by itself as it does on screen. */
export function alone(drawing: SVGSVGElement): SVGSVGElement {
  const { width, height } = drawing.getBoundingClientRect();
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const from = [drawing, ...drawing.querySelectorAll('*')];
  const to = [copy, ...copy.querySelectorAll('*')];
  from.forEach((element, i) => {
    const look = getComputedStyle(element);
    const names = ['text', 'tspan'].includes(element.localName)
      ? OF_TEXT
      : ['svg', 'g'].includes(element.localName)
        ? (['opacity'] as const)
        : OF_SHAPE;
    // Names of colours mean nothing outside of the page.
    for (const { name } of [...to[i].attributes]) {
      if (to[i].getAttribute(name)?.includes('var(')) {
        to[i].removeAttribute(name);
      }
    }
    to[i].removeAttribute('class');
    to[i].removeAttribute('tabindex');
    to[i].setAttribute(
      'style',
      names.map(name => `${name}:${look.getPropertyValue(name)}`).join(';')
    );
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  copy.removeAttribute('aria-hidden');
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute(
    'fill',
    getComputedStyle(drawing).getPropertyValue('--px-canvas').trim()
  );
  copy.prepend(ground);
  return copy;
}

/** The same as text. */
export function svgText(drawing: SVGSVGElement): string {
  return new XMLSerializer().serializeToString(alone(drawing));
}

/** The same as a picture of dots. */
export async function png(drawing: SVGSVGElement): Promise<Blob> {
  const { width, height } = drawing.getBoundingClientRect();
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(drawing))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width * SHARPNESS);
  canvas.height = Math.ceil(height * SHARPNESS);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      blob => (blob ? resolve(blob) : reject(new Error('no picture'))),
      'image/png'
    );
  });
}

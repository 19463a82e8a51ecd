import { LabIcon } from '@jupyterlab/ui-components';

const FLAME =
  'M8 1.6c.6 2.2-.6 3.3-1.7 4.5C5 7.5 4 8.7 4 10.4a4 4 0 0 0 8 0c0-1.6-.8-2.6-1.5-3.4-.2 1-.6 1.6-1.3 2 .4-2.8.5-5.5-1.2-7.4zM8 9.7a1.6 1.6 0 0 1 0 3.2 1.6 1.6 0 0 1 0-3.2z';

function svg(body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">${body}</svg>`;
}

/** A flame: Phoenix itself. */
export const phoenixIcon = new LabIcon({
  name: 'phoenix-lab:phoenix',
  svgstr: svg(
    `<path class="px-icon-flame" fill="#c8430f" fill-rule="evenodd" d="${FLAME}"/>`
  )
});

/** Two distributions that do not lie on each other. */
export const compareIcon = new LabIcon({
  name: 'phoenix-lab:compare',
  svgstr: svg(
    '<g class="px-icon-line" fill="none" stroke="#616161" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round">' +
      '<path d="M1.8 12.5c2.4 0 2.2-8.5 4.6-8.5s2.2 8.5 4.6 8.5"/>' +
      '<path d="M6.2 12.500c2.2 0 2.1-6.5 4.2-6.500s2 6.5 4 6.5"/></g>'
  )
});

/** Points of a map. */
export const mapIcon = new LabIcon({
  name: 'phoenix-lab:map',
  svgstr: svg(
    '<g class="jp-icon3" fill="#616161"><circle cx="4.2" cy="5" r="1.6"/><circle cx="8" cy="10.8" r="1.6"/>' +
      '<circle cx="11.8" cy="4.4" r="1.6"/><circle cx="12.3" cy="11.6" r="1"/><circle cx="3.3" cy="11.3" r="1"/></g>'
  )
});

/** The bars of a column. */
export const columnIcon = new LabIcon({
  name: 'phoenix-lab:column',
  svgstr: svg(
    '<g class="jp-icon3" fill="#616161"><rect x="2.2" y="9" width="1.9" height="4"/><rect x="5.4" y="5" width="1.9" height="8"/>' +
      '<rect x="8.6" y="3" width="1.9" height="10"/><rect x="11.8" y="7.5" width="1.9" height="5.5"/></g>'
  )
});

/** A curve above the diagonal: how well predictions rank. */
export const performanceIcon = new LabIcon({
  name: 'phoenix-lab:performance',
  svgstr: svg(
    '<g class="px-icon-line" fill="none" stroke="#616161" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round">' +
      '<path d="M2.5 2.5v11h11"/><path d="M4.5 11.5c.6-5 2.6-7 8.5-7.5"/></g>'
  )
});

/** Tiles: a dashboard. */
export const dashboardIcon = new LabIcon({
  name: 'phoenix-lab:dashboard',
  svgstr: svg(
    '<g class="px-icon-line" fill="none" stroke="#616161" stroke-width="1.4" stroke-linejoin="round">' +
      '<rect x="2.2" y="2.2" width="5" height="6.6" rx="1"/><rect x="2.2" y="11" width="5" height="2.8" rx="1"/>' +
      '<rect x="9.400" y="2.2" width="4.4" height="2.8" rx="1"/><rect x="9.400" y="7.2" width="4.4" height="6.6" rx="1"/></g>'
  )
});

/** Windows of several monitors, one of them an alarm. */
export const monitorsIcon = new LabIcon({
  name: 'phoenix-lab:monitors',
  svgstr: svg(
    '<g class="jp-icon3" fill="#616161"><path d="M2 3h2.6v4H2zM6.700 3h2.6v4H6.700zM2 9h2.6v4H2zM11.400 9H14v4h-2.600z"/></g>' +
      '<g class="px-icon-line" fill="none" stroke="#616161" stroke-width="1.1"><path d="M11.950 3.550h1.500v2.900h-1.500zM7.250 9.550h1.500v2.900h-1.500z"/></g>'
  )
});

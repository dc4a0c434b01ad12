// What sources are checked against: options are objects as ECharts documents them.
export function init(place: HTMLElement | null, theme: null, given: object): any;
export function getInstanceByDom(place: HTMLElement): any;
export const version: string;

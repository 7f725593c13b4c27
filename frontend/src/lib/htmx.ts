import htmx from 'htmx.org'

/** Prepare htmx for the strict Content Security Policy: no inline style, no eval, own host only. */
export function setUpHtmx(): void {
  Object.assign(htmx.config, {
    includeIndicatorStyles: false,
    allowEval: false,
    allowScriptTags: false,
    selfRequestsOnly: true,
    historyCacheSize: 0,
    scrollIntoViewOnBoost: false,
    responseHandling: [
      { code: '204', swap: false },
      { code: '[23]..', swap: true },
      { code: '422', swap: true }, // a form that comes back with what is wrong in it
      { code: '[45]..', swap: false, error: true },
    ],
  })
}

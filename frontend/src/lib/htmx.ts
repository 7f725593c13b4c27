import htmx from 'htmx.org'

/** Configure htmx for the strict Content Security Policy: no inline styles, no eval, same origin only. */
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
      { code: '422', swap: true }, // a form returned with errors
      { code: '[45]..', swap: false, error: true },
    ],
  })
}

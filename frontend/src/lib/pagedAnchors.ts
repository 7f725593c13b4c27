const RECORD_ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Return the URL of the page that shows the record in a URL's fragment, or null if that is this
 * page. Only a list with several pages needs it; the server finds the page by `?at=`.
 */
export function pageOfAnchor(root: ParentNode, href: string): string | null {
  const url = new URL(href)
  const anchor = decodeURIComponent(url.hash.slice(1))
  const id = RECORD_ID.exec(anchor)?.[0]
  if (!id || !root.querySelector('[data-paged]') || root.querySelector(`[id="${anchor}"]`)) return null
  if (url.searchParams.get('at') === id) return null // removed in the meantime
  url.searchParams.delete('page')
  url.searchParams.set('at', id)
  return url.href
}

/** Follow links to a record, such as old bookmarks, to the page of the list that shows it. */
export function watchPagedAnchors(): void {
  const follow = () => {
    const target = pageOfAnchor(document, location.href)
    if (target) location.replace(target)
  }
  window.addEventListener('hashchange', follow)
  follow()
}

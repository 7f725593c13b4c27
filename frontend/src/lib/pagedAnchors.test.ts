import { expect, it } from 'vitest'
import { pageOfAnchor } from './pagedAnchors'

const ID = '019ac9a1-6d3c-7b5e-9f00-6f6f3a1b2c3d'
const LIST = 'https://cxmap.test/journeys/1/'

function page(html: string): HTMLElement {
  const root = document.createElement('div')
  root.append(document.createRange().createContextualFragment(html))
  return root
}

it('opens the page of a record that this page of the list does not show', () => {
  const paged = page('<div data-paged><section id="stage-1"></section></div>')
  expect(pageOfAnchor(paged, `${LIST}?page=2#stage-${ID}`)).toBe(`${LIST}?at=${ID}#stage-${ID}`)
})

it.each([
  ['the page shows the record', `<div data-paged><section id="stage-${ID}"></section></div>`, `#stage-${ID}`],
  ['the list has one page', '<div></div>', `#stage-${ID}`],
  ['the anchor names no record', '<div data-paged></div>', '#promises'],
  ['the server did not find the record', '<div data-paged></div>', `?at=${ID}#stage-${ID}`],
])('stays where %s', (_, html, rest) => {
  expect(pageOfAnchor(page(html), LIST + rest)).toBeNull()
})

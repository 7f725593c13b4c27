import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { playStory } from './story'

function add(parent: Element, tag: string, attributes: Readonly<Record<string, string>>): Element {
  const child = parent.appendChild(document.createElement(tag))
  for (const [name, value] of Object.entries(attributes)) child.setAttribute(name, value)
  return child
}

/** Add the page of a story with three frames, as the server renders it. */
function addPage(): void {
  const story = add(document.body, 'main', { 'data-story': '' })
  const film = add(story, 'ol', { 'data-film': '' })
  const seconds = { a: '2', b: '7', c: '5' }
  for (const [name, value] of Object.entries(seconds)) add(film, 'li', { id: `frame-${name}`, 'data-seconds': value })
  for (const name of ['pause', 'play']) add(story, 'button', { [`data-${name}`]: '' })
  for (const by of ['-1', '1']) add(story, 'button', { 'data-move': by })
  add(story, 'span', { 'data-number': '' })
}

const element = (selector: string) => document.querySelector<HTMLButtonElement>(selector) as HTMLButtonElement
const press = (key: string, on: HTMLElement = element('[data-story]')) =>
  on.dispatchEvent(new KeyboardEvent('keydown', { key, code: key === ' ' ? 'Space' : key, bubbles: true }))

describe('a story', () => {
  let shown = ''
  beforeEach(() => {
    vi.useFakeTimers()
    addPage()
    Element.prototype.scrollIntoView = function (this: Element) {
      shown = this.id
    }
    location.hash = ''
  })
  afterEach(() => {
    vi.useRealTimers()
    document.body.replaceChildren()
    location.hash = ''
  })
  const start = () => playStory(element('[data-story]'))

  it('shows each frame for its seconds, and ends at the last one', () => {
    start()
    expect([shown, element('[data-number]').textContent]).toEqual(['frame-a', '1 / 3'])
    vi.advanceTimersByTime(2000)
    expect(shown).toBe('frame-b')
    vi.advanceTimersByTime(6999)
    expect(shown).toBe('frame-b')
    vi.advanceTimersByTime(1)
    expect(shown).toBe('frame-c')
    expect([element('[data-play]').disabled, element('[data-move="1"]').disabled]).toEqual([true, true])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('starts at the frame in the address', () => {
    location.hash = '#frame-b'
    start()
    expect(shown).toBe('frame-b')
  })

  it('is paused and moved with keys and buttons', () => {
    start()
    press(' ')
    expect([element('[data-pause]').hidden, element('[data-play]').hidden]).toEqual([true, false])
    vi.advanceTimersByTime(60_000)
    expect(shown).toBe('frame-a')
    press('End')
    expect(shown).toBe('frame-c')
    element('[data-move="-1"]').click()
    expect(shown).toBe('frame-b')
    element('[data-play]').click()
    vi.advanceTimersByTime(7000)
    expect(shown).toBe('frame-c')
  })

  it('leaves the space bar to a focused button', () => {
    start()
    press(' ', element('[data-pause]'))
    expect(element('[data-pause]').hidden).toBe(false)
  })
})

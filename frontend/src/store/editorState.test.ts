import { describe, expect, it } from 'vitest'
import { EditorState } from './editorState'

const cursor = (item: string | null) => ({ row: 'lane', step: 'step', item })

function storage(): Pick<Storage, 'getItem' | 'setItem'> & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }
}

describe('going and selecting', () => {
  it('selects what the cursor is on, or nothing', () => {
    const view = new EditorState('draw', 'j')
    view.placeCursor(cursor('a'))
    expect([...view.selection.get()]).toEqual(['a'])
    view.placeCursor(cursor('b'), true)
    view.placeCursor(cursor(null), true)
    expect([...view.selection.get()]).toEqual(['a', 'b'])
    view.placeCursor(cursor(null))
    expect([...view.selection.get()]).toEqual([])
    expect(view.cursor.get()).toEqual(cursor(null))
  })

  it('takes one into the selection, and out of it', () => {
    const view = new EditorState('draw', 'j')
    view.select('a', 'b')
    view.toggle('b')
    view.toggle('c')
    expect([...view.selection.get()]).toEqual(['a', 'c'])
  })
})

it('may be drawn on in one mode only', () => {
  expect((['draw', 'comment', 'read'] as const).map((mode) => new EditorState(mode, 'j').mayDraw)).toEqual([
    true,
    false,
    false,
  ])
})

describe('a person’s own arrangement', () => {
  it('is kept by the browser, per journey', () => {
    const kept = storage()
    const view = new EditorState('draw', 'j', kept)
    view.toggleRow('hidden', 'emotions')
    view.toggleRow('pinned', 'l')
    view.toggleRow('pinned', 'l')
    view.zoom.set(1.5)
    const again = new EditorState('draw', 'j', kept)
    expect(again.rows.get()).toEqual({ hidden: ['emotions'], collapsed: [], pinned: [] })
    expect(again.zoom.get()).toBe(1.5)
    expect(new EditorState('draw', 'another', kept).zoom.get()).toBe(1)
  })

  it('is the usual one where the browser keeps nonsense, or nothing', () => {
    const kept = storage()
    kept.setItem('cxmap zoom j', '{broken')
    expect(new EditorState('draw', 'j', kept).zoom.get()).toBe(1)
  })

  it('lasts as long as the page where the browser has no room', () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new Error('quota')
      },
    }
    const view = new EditorState('draw', 'j', full)
    view.zoom.set(2)
    expect(view.zoom.get()).toBe(2)
  })
})

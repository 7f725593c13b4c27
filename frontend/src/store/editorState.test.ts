import { describe, expect, it } from 'vitest'
import { EditorState } from './editorState'

const cursor = (item: string | null) => ({ row: 'lane', step: 'step', item })

function storage(): Pick<Storage, 'getItem' | 'setItem'> & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }
}

describe('cursor and selection', () => {
  it('selects the record at the cursor, or nothing', () => {
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

  it('toggles a record in the selection', () => {
    const view = new EditorState('draw', 'j')
    view.select('a', 'b')
    view.toggle('b')
    view.toggle('c')
    expect([...view.selection.get()]).toEqual(['a', 'c'])
  })
})

it('may be drawn on in draw mode only', () => {
  expect((['draw', 'comment', 'read'] as const).map((mode) => new EditorState(mode, 'j').mayDraw)).toEqual([
    true,
    false,
    false,
  ])
})

describe('row settings', () => {
  it('are stored in the browser per journey', () => {
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

  it('fall back to the defaults without valid stored data', () => {
    const kept = storage()
    kept.setItem('cxmap zoom j', '{broken')
    expect(new EditorState('draw', 'j', kept).zoom.get()).toBe(1)
  })

  it('last as long as the page if storage is full', () => {
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

import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createComment } from '../commands/createCommands'
import { type TestEditor, createTestEditor } from '../commands/testing/testEditor'
import { EditorContext } from '../map/hooks'
import { SHOP, record } from '../store/testing/records'
import { CommentsPanel } from './CommentsPanel'

let testEditor: TestEditor

const commentRecord = (id: string, subject: string, body: string, fields: object = {}) =>
  record('comment', id, {
    subject_type: 'touchpoint',
    subject_id: subject,
    thread: null,
    author: 'm1',
    body,
    mentions: [],
    made_at: id,
    resolved_at: null,
    ...fields,
  })

beforeEach(async () => {
  testEditor = await createTestEditor(
    [
      ...SHOP,
      commentRecord('1', 'a', 'Too dark, @ann lee? <b>@Ann</b>', { mentions: ['m2'] }),
      commentRecord('2', 'b', 'Empty'),
      commentRecord('3', 'a', 'And cold'),
    ],
    'draw',
    [
      { id: 'm1', name: 'Ann', has_left: true },
      { id: 'm2', name: 'Ann Lee', has_left: false },
    ],
  )
  render(
    <EditorContext value={testEditor.editor}>
      <CommentsPanel />
    </EditorContext>,
  )
})
afterEach(cleanup)

describe('the comments of a map', () => {
  it('are grouped by subject', () => {
    const heads = [...document.querySelectorAll('.comment-subject')].map((element) => element.textContent)
    expect(heads).toEqual(['Window', 'Shelf'])
    expect([...document.querySelectorAll('.comment-body')].map((element) => element.textContent)).toEqual([
      'Too dark, @ann lee? <b>@Ann</b>',
      'And cold',
      'Empty',
    ])
  })

  it('name their authors, with or without a person in the directory', () => {
    expect([...document.querySelectorAll('.comment-entry b')].map((element) => element.textContent)).toEqual([
      'Ann',
      'Ann',
      'Ann',
    ])
  })

  it('highlight mentions', () => {
    expect([...document.querySelectorAll('.mention')].map((element) => element.textContent)).toEqual(['@ann lee'])
  })

  it('take the focus when the shortcut is pressed again', () => {
    const box = screen.getByRole('textbox', { name: 'Comment on the journey' })
    expect(document.activeElement).toBe(box)
    act(() => box.blur())
    testEditor.run(createComment)
    expect(document.activeElement).toBe(box)
  })
})

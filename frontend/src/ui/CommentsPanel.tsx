import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'
import { cursorOnRecord } from '../commands/gridNavigation'
import { titleOf } from '../commands/positionText'
import { addCombobox } from '../lib/combobox'
import { gettext, ngettext } from '../lib/i18n'
import { uuid7 } from '../lib/ids'
import { keyName } from '../lib/keys'
import { storableText } from '../lib/text'
import { useSignalSelector, useEditor, useRecord, useSignal } from '../map/hooks'
import { Avatar, Icon } from '../map/icons'
import type { Id, Item } from '../model/records'
import { splitMentions } from '../model/labels'
import { type Thread, isOpen } from '../store/comments'
import { errorMessage } from '../sync/api'
import { Panel } from './Panel'
import { Time } from './Time'
import { useDraftText } from './draftHooks'
import { postAndPull } from './postAndPull'

/** The comments on the selected record, or on the whole map. */
export function CommentsPanel() {
  const editor = useEditor()
  const { store, comments, state, journey } = editor
  useSyncExternalStore(comments.subscribe, () => store.ofType('comment'))
  const selectedId = useSignalSelector(state.selection, (selection) => [...selection].at(-1) ?? null)
  const item = useRecord(selectedId)
  const box = useRef<HTMLDivElement>(null)
  // Focus the text field when the panel opens, so that typed letters do not run commands.
  useEffect(() => box.current?.querySelector<HTMLElement>('.comment-new textarea')?.focus(), [])
  if (item) {
    return (
      <Panel title={gettext('Comments')}>
        <div ref={box} className="stack">
          <p className="row comment-about">
            <b className="grow" dir="auto">
              {titleOf(editor, item.id)}
            </b>
            <button className="btn btn-quiet btn-sm" onClick={() => state.select()}>
              {gettext('Show all')}
            </button>
          </p>
          <ThreadsAbout type={item.type} id={item.id} />
        </div>
      </Panel>
    )
  }
  const threads = comments.allThreads().filter(isOpen)
  const subjects = [...new Set(threads.map((thread) => String(thread.root.fields['subject_id'])))]
  return (
    <Panel title={gettext('Comments')}>
      {!threads.length && (
        <p className="soft">{gettext('No comments yet. Select a card, step or stage to add one.')}</p>
      )}
      {subjects.map((subject) => (
        <SubjectThreads key={subject} subject={subject} />
      ))}
      {editor.can.get().has('comment') && (
        <div ref={box} className="comment-new">
          <CommentBox
            about={journey}
            label={gettext('Comment on the journey')}
            send={{ journey, subject_type: 'journey', subject_id: journey }}
          />
        </div>
      )}
    </Panel>
  )
}

function SubjectThreads({ subject }: { subject: Id }) {
  const editor = useEditor()
  const { title, caption } = editor.store.get(subject)?.fields ?? {}
  const go = () => {
    const cursor = cursorOnRecord(editor, subject)
    if (cursor) editor.state.placeCursor(cursor)
  }
  return (
    <section className="stack stack-tight">
      <button className="link comment-subject" dir="auto" onClick={go}>
        {String(title ?? (caption || gettext('Frame')))}
      </button>
      {editor.comments
        .threadsAbout(subject)
        .filter(isOpen)
        .map((thread) => (
          <ThreadView key={thread.root.id} thread={thread} />
        ))}
    </section>
  )
}

/** The threads about a record, with a field to start another. */
export function ThreadsAbout({ type, id }: { type: string; id: Id }) {
  const editor = useEditor()
  const { comments, can, journey } = editor
  const title = titleOf(editor, id)
  const threads = useSyncExternalStore(comments.subscribe, () => comments.threadsAbout(id))
  const open = threads.filter(isOpen)
  const resolvedCount = threads.length - open.length
  return (
    <section className="comments" aria-label={gettext('Comments on {title}', { title })}>
      <h3>
        {gettext('Comments')} {open.length > 0 && <span className="hint">{open.length}</span>}
      </h3>
      {open.map((thread) => (
        <ThreadView key={thread.root.id} thread={thread} />
      ))}
      {resolvedCount > 0 && <p className="hint">{ngettext('{n} resolved', '{n} resolved', resolvedCount)}</p>}
      {can.get().has('comment') && (
        <div className="comment-new">
          <CommentBox
            key={id}
            about={id}
            label={gettext('Add a comment')}
            keptAs={gettext('Comment on “{title}”', { title })}
            send={{ journey, subject_type: type, subject_id: id }}
          />
        </div>
      )}
    </section>
  )
}

/** A thread with a field to reply, and a button to resolve or reopen it. */
export function ThreadView({ thread }: { thread: Thread }) {
  const editor = useEditor()
  const [action, label] = isOpen(thread) ? ['resolve', gettext('Resolve')] : ['reopen', gettext('Reopen')]
  const perform = () =>
    void postAndPull(editor, `comments/${thread.root.id}/${action}`, {}).catch((error: unknown) =>
      editor.ui.toast(gettext('Not saved. {reason}', { reason: errorMessage(error) }), { kind: 'brk' }),
    )
  return (
    <div className="thread-box">
      {[thread.root, ...thread.replies].map((comment) => (
        <Comment key={comment.id} comment={comment} />
      ))}
      {editor.can.get().has('comment') && (
        <>
          <CommentBox about={thread.root.id} label={gettext('Reply')} send={{ thread: thread.root.id }} />
          <button className="btn btn-quiet btn-sm" onClick={perform}>
            <Icon name="check" size="sm" />
            <span>{label}</span>
          </button>
        </>
      )}
    </div>
  )
}

function Comment({ comment }: { comment: Item }) {
  const { members } = useEditor()
  const { author, guest_name: guest, body, made_at: at, mentions } = comment.fields
  useSignal(members.byId)
  const name = author ? members.nameOf(author) : String(guest)
  const mentioned = (mentions as Id[]).map(members.nameOf)
  return (
    <div className="comment-entry">
      <Avatar name={name} size="sm" />
      <div>
        <p>
          <b>
            <bdi>{name}</bdi>
          </b>{' '}
          <Time at={String(at)} />
        </p>
        <p className="comment-body" dir="auto">
          {splitMentions(String(body), mentioned).map((part, at) =>
            at % 2 ? (
              <span key={at} className="mention">
                {part}
              </span>
            ) : (
              part
            ),
          )}
        </p>
      </div>
    </div>
  )
}

/**
 * A field for a comment. `@Name` mentions a member. Unsent text is kept as a draft while other records are selected.
 */
export function CommentBox({
  about,
  label,
  keptAs = label,
  send,
  onSent,
}: {
  about: Id
  label: string
  keptAs?: string
  send: Record<string, unknown>
  onSent?: (comment: Id) => void
}) {
  const { api, members, session, ui, unsavedTexts } = useEditor()
  const field = `comment ${about}`
  const [body, setBody] = useDraftText(field, keptAs)
  // If the answer to a comment is lost, sending it again under the same key does not duplicate it.
  const idempotencyKey = useRef({ body: '', id: '' })
  const [isSending, setSending] = useState(false)
  const box = useRef<HTMLTextAreaElement>(null)
  useMentions(box, setBody)
  const post = async () => {
    if (!body.trim() || isSending) return
    setSending(true)
    try {
      if (idempotencyKey.current.body !== body) idempotencyKey.current = { body, id: uuid7() }
      const text = storableText(body)
      const sent = await api.request(
        'comments',
        { ...send, body: text, mentions: await members.mentionedIds(text) },
        'POST',
        {
          'Idempotency-Key': idempotencyKey.current.id,
        },
      )
      if (unsavedTexts.getDraft(field) === body) setBody('') // otherwise the user has typed on
      box.current?.focus() // the button disappears
      await session.pull().catch(() => undefined)
      onSent?.((sent as { id: Id }).id)
    } catch (error) {
      ui.toast(gettext('Not sent. {reason} Your text is still here.', { reason: errorMessage(error) }), { kind: 'brk' })
    } finally {
      setSending(false)
    }
  }
  return (
    <div className="comment-write">
      <textarea
        ref={box}
        className="input"
        dir="auto"
        rows={1}
        aria-label={label}
        placeholder={`${label}…`}
        maxLength={5000}
        value={body}
        onChange={(event) => setBody(event.target.value)}
        onKeyDown={(event) => ['Mod+Enter', 'Ctrl+Enter'].includes(keyName(event)) && void post()}
      />
      {body && (
        <button className="btn btn-pri btn-sm" disabled={isSending} onClick={() => void post()}>
          {gettext('Send')}
        </button>
      )}
    </div>
  )
}

const OPEN_MENTION = /(?<![\p{L}\p{N}_])@([^@\n]{0,60})$/u // the mention before the caret

/** Suggest members while the user types a mention. */
function useMentions(box: RefObject<HTMLTextAreaElement | null>, setBody: (body: string) => void): void {
  const { members } = useEditor()
  const setText = useRef(setBody)
  useEffect(() => {
    setText.current = setBody
  })
  useEffect(() => {
    const field = box.current as HTMLTextAreaElement
    const beforeCaret = () => field.value.slice(0, field.selectionStart)
    return addCombobox(field, {
      query: () => OPEN_MENTION.exec(beforeCaret())?.[1] ?? null,
      search: members.search,
      choose: ({ name }) => {
        const head = beforeCaret().replace(OPEN_MENTION, () => `@${name} `)
        flushSync(() => setText.current(head + field.value.slice(field.selectionStart)))
        field.setSelectionRange(head.length, head.length)
      },
    })
  }, [box, members])
}

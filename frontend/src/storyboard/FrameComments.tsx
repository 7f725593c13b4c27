import { useEffect } from 'react'
import { gettext, ngettext } from '../lib/i18n'
import { useEditor, useSignal } from '../map/hooks'
import type { Id } from '../model/records'
import { isOpen } from '../store/comments'
import { CommentBox, ThreadView } from '../ui/CommentsPanel'
import { useStoryboard } from './context'
import { useMayComment, useThreads } from './hooks'
import { openThread, pinsOf, threadElementId } from './commentPins'

/** The open threads about a frame and the selected one, with the numbers of their pins. */
export function FrameComments({ frame, title }: { frame: Id; title: string }) {
  const { journey } = useEditor()
  const { state } = useStoryboard()
  const mayComment = useMayComment()
  const threads = useThreads(frame)
  const selected = useSignal(state.thread)
  const numbers = new Map(pinsOf(threads).map(({ number, thread }) => [thread.root.id, number]))
  const openCount = threads.filter(isOpen).length
  const resolvedCount = threads.length - openCount
  // The page was opened with a link to a thread.
  useEffect(() => document.getElementById(threadElementId(state.thread.get() ?? ''))?.focus(), [state])
  return (
    <section className="comments" aria-label={gettext('Comments on {title}', { title })}>
      <h3>
        {gettext('Comments')} {openCount > 0 && <span className="hint">{openCount}</span>}
      </h3>
      {threads
        .filter((thread) => isOpen(thread) || thread.root.id === selected)
        .map((thread) => {
          const { id } = thread.root
          const number = numbers.get(id)
          return (
            <div
              key={id}
              id={threadElementId(id)}
              className={`sb-thread${id === selected ? ' is-on' : ''}`}
              tabIndex={-1}
              role="group"
              aria-label={number ? gettext('Comment {number}', { number }) : gettext('Comment')}
            >
              {number && (
                <button className="link sb-thread-place" onClick={() => openThread(state, id)}>
                  <span className="sb-pin-number">{number}</span>
                  {gettext('At a place in the frame')}
                </button>
              )}
              <ThreadView thread={thread} />
            </div>
          )
        })}
      {resolvedCount > 0 && <p className="hint">{ngettext('{n} resolved', '{n} resolved', resolvedCount)}</p>}
      {mayComment && (
        <div className="comment-new">
          <CommentBox
            about={frame}
            label={gettext('Add a comment')}
            keptAs={gettext('Comment on “{title}”', { title })}
            send={{ journey, subject_type: 'frame', subject_id: frame }}
          />
        </div>
      )}
    </section>
  )
}

import { memo } from 'react'
import { gettext, ngettext } from '../lib/i18n'
import { type Id, isA } from '../model/records'
import { emotionLabel } from '../model/labels'
import { InlineText } from './InlineText'
import {
  buttonProps,
  useOpenCommentCount,
  useSignalSelector,
  useComparisonClass,
  useEditor,
  useIsFilteredOut,
  useRecord,
} from './hooks'
import { Tile } from './icons'

/** A touchpoint. Its accessible name includes everything that color and position convey. */
export const Card = memo(function Card({ id, lane, step }: { id: Id; lane: Id; step: Id }) {
  const { state } = useEditor()
  const item = useRecord(id)
  const department = useRecord(useRecord(lane)?.fields['department'] as Id | null)
  const channel = useRecord(isA(item, 'touchpoint') ? item.fields.channel : null)
  const isSelected = useSignalSelector(state.selection, (selection) => selection.has(id))
  const isCursor = useSignalSelector(state.cursor, (cursor) => cursor?.item === id)
  const isEdited = useSignalSelector(state.inlineEdit, (editing) => editing?.id === id && editing.field === 'title')
  const isCarried = useSignalSelector(state.carried, (carrying) => carrying?.ids.includes(id) ?? false)
  const comments = useOpenCommentCount(id)
  const isFilteredOut = useIsFilteredOut(id)
  const difference = useComparisonClass(id)
  if (!isA(item, 'touchpoint')) return null
  const { title, emotion, is_moment_of_truth: isTruth } = item.fields
  const classes = [
    'touch',
    isTruth && 'touch-truth',
    isEdited && 'is-edited',
    isSelected && 'is-selected',
    isCarried && 'is-carried',
    isFilteredOut && !isEdited && 'is-faded',
    difference,
  ]
  const name = [
    `${title}. ${String(department?.fields['name'] ?? '')}${channel ? `, ${String(channel.fields['name'])}` : ''}`,
    gettext('Emotion: {emotion}', { emotion: emotionLabel(emotion) }),
    isTruth && gettext('Moment of truth'),
    comments && ngettext('{n} comment', '{n} comments', comments),
    difference && (difference === 'is-added' ? gettext('Added') : gettext('Changed')),
  ]
    .filter(Boolean)
    .join('. ')
  return (
    <li className="card-slot" data-card={id}>
      <div
        className={classes.filter(Boolean).join(' ')}
        {...buttonProps(isEdited, isSelected, isCursor, name)}
        data-item={id}
        data-step={step}
        data-row={lane}
      >
        <Tile department={department} glyph={String(channel?.fields['glyph'] ?? '')} />
        {isEdited ? (
          <InlineText label={gettext('Title')} />
        ) : (
          <span className="card-title" dir="auto">
            {title}
          </span>
        )}
        {comments > 0 && (
          <span className="card-comments" aria-hidden="true">
            {comments}
          </span>
        )}
      </div>
    </li>
  )
})

import { gettext, joinList, ngettext } from '../lib/i18n'
import { Message } from '../map/Message'
import { useEditor, useSignal } from '../map/hooks'
import { Icon } from '../map/icons'

const MAX_TITLES = 5

/** Shows the name of the compared map and a summary of the differences, and has a button to end the comparison. */
export function ComparisonBar() {
  const { comparison } = useEditor()
  const other = useSignal(comparison)
  if (!other) return null
  const [added, changed, removed] = [other.added.size, other.changed.size, other.removed.length]
  const differences = [
    added ? ngettext('{n} added', '{n} added', added) : '',
    changed ? ngettext('{n} changed', '{n} changed', changed) : '',
    removed ? ngettext('{n} removed', '{n} removed', removed) : '',
  ].filter(Boolean)
  return (
    <div className="banner comparison-bar" role="status">
      <Icon name="git-compare" />
      <p>
        <span>
          {differences.length
            ? gettext('Compared with {map}: {differences}.', { map: other.label, differences: joinList(differences) })
            : gettext('Compared with {map}.', { map: other.label })}
        </span>{' '}
        {removed > 0 && (
          <>
            <Message
              text={removed > MAX_TITLES ? gettext('Removed: {titles} …') : gettext('Removed: {titles}')}
              values={{ titles: <s dir="auto">{joinList(other.removed.slice(0, MAX_TITLES))}</s> }}
            />{' '}
          </>
        )}
        {gettext('The dashed line is its emotion curve.')}
      </p>
      <button className="btn btn-sm" onClick={() => comparison.set(null)}>
        {gettext('Stop comparing')}
      </button>
    </div>
  )
}

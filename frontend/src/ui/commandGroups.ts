/** The names of the groups of commands, in the order of the help. */
import type { CommandGroup } from '../commands/command'
import { gettext } from '../lib/i18n'

export const GROUP_LABELS: Readonly<Record<CommandGroup, string>> = {
  Add: gettext('Add'),
  Edit: gettext('Edit'),
  Move: gettext('Move'),
  Select: gettext('Select'),
  Clipboard: gettext('Clipboard'),
  Undo: gettext('Undo'),
  View: gettext('View'),
  Navigate: gettext('Navigate'),
  Share: gettext('Share'),
}

/** Which dialog is open, and what it is about. One at a time. */
import { Signal } from '../lib/signal'

export interface Open {
  readonly dialog: string
  readonly about: unknown
}

export const dialogs = new Signal<Open | null>(null)

import { BrowserJournal } from '../journal'

/** A journal that lasts as long as the test. */
export class MemoryJournal extends BrowserJournal {
  constructor(user = 'me') {
    super(user, null, null)
  }
}

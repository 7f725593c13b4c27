/** Characters that the server rejects (core/text.py): control characters, lone surrogates, and direction overrides. */
const UNSTORABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\p{Cs}\p{Noncharacter_Code_Point}]/gu
const LINE_ENDS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g

/** Return the text as it can be stored. */
export function storableText(text: string): string {
  return text.replace(LINE_ENDS, '\n').replace(UNSTORABLE, '').trim()
}

/** Return the text as a single storable line. */
export function storableLine(text: string): string {
  return storableText(text).replace(/\s+/g, ' ')
}

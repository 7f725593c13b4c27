"""Quotation marks around what people say."""

MARKS = '"“”„«»‹›‘’「」『』'


def in_quotes(text: str) -> str:
    """Return a text in quotation marks, unless it was typed with its own."""
    is_quoted = len(text) > 1 and text[0] in MARKS and text[-1] in MARKS
    return text if is_quoted else f"“{text}”"

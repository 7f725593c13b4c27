// Every text that a reader sees goes through gettext() or ngettext(), so that it can be translated.
const LABELS =
  /^(aria-(label|description|roledescription|valuetext)|title|placeholder|alt|label|name|text|hint|message|description)$/
const WORD = /\p{L}{2}/u
const SENTENCE = /^[“(]?\p{Lu}(\p{L}\S*)?\s\S*[\p{Ll}{]|\p{Ll}{2}\s\S*\p{Ll}{2}\S*[.?!…]$/u // two words that begin or end like a text
const LABEL = /^[“(]?\p{Lu}\p{Ll}/u

const isTranslation = (node) => node?.type === 'CallExpression' && /^n?gettext$/.test(node.callee.name)
const isLabel = ({ name, parent }) => LABELS.test(name.name) && parent.name.name !== 'Icon' // icons have file names
const isForDevelopers = (node) =>
  (node.type === 'NewExpression' && /Error$/.test(node.callee.name)) ||
  (node.type === 'CallExpression' && node.callee.object?.name === 'console')

export const translated = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      text: 'Readers see this text. Pass it through gettext() or ngettext() of lib/i18n.',
      literal: 'Pass gettext() a literal, because strings are extracted from the source.',
      nested:
        'Assign this text to a variable first. Texts inside templates and other translated texts aren’t extracted.',
    },
  },
  create(context) {
    const isExempt = (node) =>
      context.sourceCode.getAncestors(node).some((above) => isTranslation(above) || isForDevelopers(above))
    const check = (node, text, pattern) => {
      if (pattern.test(text.trim()) && !isExempt(node)) context.report({ node, messageId: 'text' })
    }
    const patternFor = ({ parent }) => {
      if (parent.type === 'JSXAttribute') return isLabel(parent) ? WORD : SENTENCE
      return parent.type === 'Property' && LABELS.test(parent.key.name) ? LABEL : SENTENCE
    }
    return {
      JSXText: (node) => check(node, node.value, WORD),
      Literal: (node) => typeof node.value === 'string' && check(node, node.value, patternFor(node)),
      TemplateLiteral: (node) => check(node, node.quasis.map((part) => part.value.raw).join('{}'), patternFor(node)),
      CallExpression(node) {
        if (!isTranslation(node)) return
        for (const message of node.arguments.slice(0, node.callee.name === 'ngettext' ? 2 : 1))
          if (message.type !== 'Literal') context.report({ node: message, messageId: 'literal' })
        if (
          context.sourceCode
            .getAncestors(node)
            .some((above) => isTranslation(above) || above.type === 'TemplateLiteral')
        )
          context.report({ node, messageId: 'nested' })
      },
    }
  },
}

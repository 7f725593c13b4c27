// The browser's page translation replaces text nodes with <font> elements. React keeps writing to the nodes it created,
// or inserts elements before them: the text freezes, or the page breaks. Text that may change must therefore be the
// only child of its element, because React then replaces the whole content.
const TEXTUAL = /^(string|number|bigint)$/

/** Return whether a type may be rendered as text. */
function mayBeText(checker, type) {
  if (type.aliasSymbol?.name === 'ReactNode') return false // checked where it is written
  if (type.isUnion()) return type.types.some((member) => mayBeText(checker, member))
  if (type.isStringLiteral()) return type.value.trim() !== '' // whitespace is not translated
  return TEXTUAL.test(checker.typeToString(checker.getBaseTypeOfLiteralType(type)))
}

/** Return whether a node is a translated text without values, which stays the same. */
const isFixedText = ({ expression }) => expression?.callee?.name === 'gettext' && expression.arguments.length === 1
const isBlank = (node) => node.type === 'JSXText' && /^\s*$/.test(node.value)

export const textAlone = {
  meta: {
    type: 'problem',
    fixable: 'code',
    schema: [],
    messages: {
      alone:
        'Text that may change must be the only child of its element. Wrap it in a <span>, or use one template string.',
    },
  },
  create(context) {
    const { program, esTreeNodeToTSNodeMap: nodes } = context.sourceCode.parserServices
    const checker = program.getTypeChecker()
    const check = ({ children }) => {
      const drawn = children.filter((node) => !isBlank(node) && node.expression?.type !== 'JSXEmptyExpression')
      if (drawn.length < 2) return
      for (const node of drawn) {
        if (node.type !== 'JSXExpressionContainer' || isFixedText(node)) continue
        const type = checker.getTypeAtLocation(nodes.get(node.expression))
        if (node.expression.type !== 'Literal' && mayBeText(checker, type)) {
          context.report({
            node,
            messageId: 'alone',
            fix: (fixer) => [fixer.insertTextBefore(node, '<span>'), fixer.insertTextAfter(node, '</span>')],
          })
        }
      }
    }
    return { JSXElement: check, JSXFragment: check }
  },
}

/**
 * How Adaptive Cards look here: near to Teams, in the page's own colours. Colours are CSS variables, so a card
 * follows the light or dark theme without being drawn again.
 */
export const HOST_CONFIG = {
  hostCapabilities: null,
  supportsInteractivity: true,
  fontFamily: 'inherit',
  fontTypes: {
    default: fonts('inherit'),
    monospace: fonts('var(--mono)'),
  },
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
  separator: { lineThickness: 1, lineColor: 'var(--line)' },
  imageSizes: { small: 32, medium: 52, large: 100 },
  containerStyles: {
    default: style('transparent', 'var(--line)'),
    emphasis: style('var(--tint)', 'var(--line)'),
    accent: style('var(--accent-tint)', 'var(--accent)'),
    good: style('var(--good-tint)', 'var(--good)'),
    attention: style('var(--critical-tint)', 'var(--critical)'),
    warning: style('var(--warning-tint)', 'var(--warning)'),
  },
  actions: {
    maxActions: 6,
    spacing: 'default',
    buttonSpacing: 8,
    showCard: { actionMode: 'inline', inlineTopMargin: 12, style: 'emphasis' },
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
    allowTitleToWrap: true,
  },
  adaptiveCard: { allowCustomStyle: true },
  textStyles: {
    heading: { size: 'large', weight: 'bolder', color: 'default', isSubtle: false, fontType: 'default' },
    columnHeader: {
      size: 'default',
      weight: 'bolder',
      color: 'default',
      isSubtle: false,
      fontType: 'default',
    },
  },
  textBlock: { headingLevel: 3 },
  factSet: {
    title: {
      size: 'default',
      weight: 'bolder',
      color: 'default',
      isSubtle: false,
      wrap: true,
      maxWidth: 160,
    },
    value: { size: 'default', weight: 'default', color: 'default', isSubtle: false, wrap: true },
    spacing: 12,
  },
  table: { cellSpacing: 8 },
  inputs: {
    label: {
      inputSpacing: 4,
      requiredInputs: { weight: 'bolder', suffix: ' *', suffixColor: 'attention' },
      optionalInputs: { weight: 'bolder' },
    },
    errorMessage: { color: 'attention', size: 'small' },
  },
};

function fonts(fontFamily: string): Record<string, unknown> {
  return {
    fontFamily,
    fontSizes: { small: 12, default: 14, medium: 15, large: 17, extraLarge: 21 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
  };
}

function style(backgroundColor: string, borderColor: string): Record<string, unknown> {
  const color = (name: string): Record<string, unknown> => ({
    default: `var(--${name})`,
    subtle: name === 'ink' ? 'var(--muted)' : `var(--${name})`,
    highlightColors: { default: 'var(--tint)', subtle: 'var(--tint)' },
  });
  return {
    backgroundColor,
    borderColor,
    foregroundColors: {
      default: color('ink'),
      dark: color('ink'),
      light: color('muted'),
      accent: color('accent-ink'),
      good: color('good'),
      warning: color('warning'),
      attention: color('critical'),
    },
  };
}

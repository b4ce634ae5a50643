/**
 * How Teams draws cards, for Microsoft's renderer. Sizes follow the host configuration that Microsoft publishes for Teams
 * (github.com/microsoft/AdaptiveCards, samples/HostConfig); colors follow today's Teams, whose old greens and yellows
 * were too pale to read.
 */
export type Theme = 'light' | 'dark';

interface Palette {
  text: string;
  subtle: string;
  accent: string;
  good: string;
  warning: string;
  attention: string;
  line: string;
  background: string;
  emphasis: string;
  accentBackground: string;
  goodBackground: string;
  warningBackground: string;
  attentionBackground: string;
}

const palettes: Record<Theme, Palette> = {
  light: {
    text: '#242424',
    subtle: '#616161',
    accent: '#4f52b2',
    good: '#0e700e',
    warning: '#8a3707',
    attention: '#b10e1c',
    line: '#e0e0e0',
    background: '#ffffff',
    emphasis: '#f5f5f5',
    accentBackground: '#ebefff',
    goodBackground: '#f1faf1',
    warningBackground: '#fff9f5',
    attentionBackground: '#fdf3f4',
  },
  dark: {
    text: '#ffffff',
    subtle: '#adadad',
    accent: '#9ea2ff',
    good: '#7ec97e',
    warning: '#faa06b',
    attention: '#f1808a',
    line: '#3d3d3d',
    background: '#292929',
    emphasis: '#1f1f1f',
    accentBackground: '#2f2f4a',
    goodBackground: '#13301a',
    warningBackground: '#3d2313',
    attentionBackground: '#3f1519',
  },
};

const fontFamily = "'Segoe UI', Selawik, 'Liberation Sans', sans-serif";

export function hostConfig(theme: Theme): Record<string, unknown> {
  const palette = palettes[theme];
  const sizes = { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 };
  const weights = { lighter: 300, default: 400, bolder: 600 };
  const colors = foreground(palette, theme);
  const style = (backgroundColor: string) => ({ backgroundColor, borderColor: palette.line, foregroundColors: colors });
  return {
    choiceSetInputValueSeparator: ',',
    supportsInteractivity: true,
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: palette.line },
    imageSizes: { small: 32, medium: 52, large: 100 },
    fontTypes: {
      default: { fontFamily, fontSizes: sizes, fontWeights: weights },
      monospace: { fontFamily: "Consolas, 'Liberation Mono', monospace", fontSizes: sizes, fontWeights: weights },
    },
    lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 32 },
    containerStyles: {
      default: style(palette.background),
      emphasis: style(palette.emphasis),
      accent: style(palette.accentBackground),
      good: style(palette.goodBackground),
      warning: style(palette.warningBackground),
      attention: style(palette.attentionBackground),
    },
    actions: {
      maxActions: 6,
      spacing: 'default',
      buttonSpacing: 8,
      showCard: { actionMode: 'inline', inlineTopMargin: 16, style: 'emphasis' },
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
      allowTitleToWrap: true,
    },
    adaptiveCard: { allowCustomStyle: false },
    imageSet: { imageSize: 'medium', maxImageHeight: 100 },
    factSet: {
      title: { weight: 'bolder', wrap: true, maxWidth: 160 },
      value: { wrap: true },
      spacing: 16,
    },
    inputs: {
      label: {
        inputSpacing: 'small',
        requiredInputs: { weight: 'bolder', suffix: ' *', suffixColor: 'attention' },
        optionalInputs: { weight: 'bolder' },
      },
      errorMessage: { color: 'attention', size: 'small' },
    },
    table: { cellSpacing: 8 },
    textBlock: { headingLevel: 3 },
    textStyles: {
      heading: { size: 'large', weight: 'bolder' },
      columnHeader: { weight: 'bolder' },
    },
  };
}

function foreground(palette: Palette, theme: Theme): Record<string, unknown> {
  const color = (plain: string, subtle = plain) => ({ default: plain, subtle });
  return {
    default: color(palette.text, palette.subtle),
    dark: theme === 'light' ? color('#242424', '#616161') : color('#1f1f1f', '#3d3d3d'),
    light: color('#ffffff', '#d6d6d6'),
    accent: color(palette.accent),
    good: color(palette.good),
    warning: color(palette.warning),
    attention: color(palette.attention),
  };
}

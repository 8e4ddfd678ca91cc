import {
  createTheme,
  type CSSVariablesResolver,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
} from '@mantine/core';

/** Deep sea: what can be acted on. */
const harbor: MantineColorsTuple = [
  '#e8f5f7',
  '#d3e9ed',
  '#a5d2da',
  '#74bac7',
  '#4ea6b6',
  '#3799ab',
  '#2793a6',
  '#137f92',
  '#0c6e80',
  '#0a5c6b',
];

/** The instrument's metal: what waits for somebody, or is worth a look. */
const brass: MantineColorsTuple = [
  '#fff6e3',
  '#fbebcd',
  '#f4d59d',
  '#edbe6a',
  '#e7aa3f',
  '#e39e25',
  '#c98511',
  '#a76c08',
  '#8a5806',
  '#6d4505',
];

/** Darker than Mantine's own: white words on it can be read in both schemes. */
const red: MantineColorsTuple = [
  '#fdeceb',
  '#fad4d1',
  '#f4a9a4',
  '#ee7d75',
  '#e5574d',
  '#d93b31',
  '#c92f26',
  '#b3261e',
  '#98201a',
  '#7d1a15',
];

const slate: MantineColorsTuple = [
  '#f6f8f9',
  '#edf0f2',
  '#dfe4e8',
  '#c8d0d6',
  '#a3aeb7',
  '#7c8994',
  '#5c6974',
  '#444f59',
  '#2c353d',
  '#1b2228',
];

const dark: MantineColorsTuple = [
  '#d5dce1',
  '#b3bdc5',
  '#95a1ab',
  '#6b7883',
  '#36414a',
  '#2a333b',
  '#20282f',
  '#171d23',
  '#11161b',
  '#0c1014',
];

export const colourSchemeManager = localStorageColorSchemeManager({ key: 'binnacle-colour-scheme' });

export const theme = createTheme({
  primaryColor: 'harbor',
  primaryShade: { light: 8, dark: 7 },
  colors: { harbor, brass, red, slate, gray: slate, dark },
  fontFamily:
    'Inter, "Inter Variable", -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", system-ui, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '20px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.35' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.45' },
    },
  },
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Badge: { styles: { root: { textTransform: 'none', letterSpacing: 0, fontWeight: 600 } } },
    CloseButton: { defaultProps: { 'aria-label': 'Close' } },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.45 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true } },
  },
});

/** Beyond Mantine's own variables: the surfaces of the console, once for each scheme. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1b2228',
    '--mantine-color-dimmed': '#5a6772',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-default-border': '#d9dfe4',
    '--surface-frame': '#f4f6f8',
    '--surface-raised': '#ffffff',
    '--surface-sunken': '#f4f6f8',
    '--surface-selected': '#e4eaed',
    '--surface-warning': '#fff6e3',
    '--surface-bad': '#fdeceb',
    '--surface-hover': '#ecf0f2',
    '--text-quiet': '#46525c',
    '--border-soft': '#e4e9ec',
    '--text-warning': '#8a5806',
    '--text-bad': '#b3261e',
    '--text-good': '#176f43',
  },
  dark: {
    '--mantine-color-body': '#11161b',
    '--mantine-color-text': '#d5dce1',
    '--mantine-color-dimmed': '#95a1ab',
    '--mantine-color-error': '#ff8a80',
    '--mantine-color-harbor-light-color': '#74bac7',
    '--mantine-color-brass-light-color': '#edbe6a',
    '--mantine-color-red-light-color': '#ff8a80',
    '--mantine-color-default-border': '#2f3943',
    '--surface-frame': '#0c1014',
    '--surface-raised': '#171d23',
    '--surface-sunken': '#0e1317',
    '--surface-selected': '#1f2830',
    '--surface-warning': '#2a2312',
    '--surface-bad': '#2d1716',
    '--surface-hover': '#171e24',
    '--text-quiet': '#a9b4bd',
    '--border-soft': '#222a31',
    '--text-warning': '#e7aa3f',
    '--text-bad': '#ff8a80',
    '--text-good': '#5cc98f',
  },
});

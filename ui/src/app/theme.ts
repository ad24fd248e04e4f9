import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/* Deep sea: the one accent. */
const sea: MantineColorsTuple = ['#eaf6f9', '#d2eaf0', '#a6d5e1', '#74bfd1', '#48a9c0', '#2590aa', '#147a93', '#0b657b', '#0b4f60', '#083c4a'];
/* Only for what needs a hand now. */
const hand: MantineColorsTuple = ['#fdeeec', '#f9d9d5', '#f1b1a9', '#e98579', '#e06152', '#d64535', '#c43527', '#a8291d', '#882118', '#6b1a13'];

/* Night: greys with a little of the sea in them. */
const dark: MantineColorsTuple = ['#d5dfe4', '#b4c2c9', '#8fa0a9', '#65777f', '#3d4e57', '#2c3b43', '#1b2830', '#142027', '#0f191f', '#0a1216'];

export const theme = createTheme({
	primaryColor: 'sea',
	primaryShade: { light: 7, dark: 6 },
	colors: { sea, dark, red: hand },
	fontFamily: "'Be Vietnam Pro', system-ui, 'Segoe UI', sans-serif",
	fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
	headings: { fontFamily: "'Be Vietnam Pro', system-ui, sans-serif", fontWeight: '600' },
	defaultRadius: 'md',
	radius: { xs: '0.125rem', sm: '0.25rem', md: '0.5rem', lg: '0.75rem', xl: '1rem' },
	spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
	respectReducedMotion: true,
	cursorType: 'pointer',
	focusRing: 'auto',
});

export const colours: CSSVariablesResolver = () => ({
	variables: {},
	light: {
		'--mantine-color-body': 'var(--ground)',
		'--mantine-color-text': '#14232b',
		'--mantine-color-dimmed': '#52626b',
		'--mantine-color-default-border': '#c9d3d9',
		'--mantine-color-placeholder': '#65747d',
		'--mantine-color-error': '#a8291d',
		'--mantine-color-anchor': '#0b657b',
	},
	dark: {
		'--mantine-color-body': 'var(--ground)',
		'--mantine-color-text': '#e3ebef',
		'--mantine-color-dimmed': '#9fb0b9',
		'--mantine-color-default': '#172229',
		'--mantine-color-default-hover': '#1e2b33',
		'--mantine-color-default-border': '#33444e',
		'--mantine-color-placeholder': '#8799a3',
		'--mantine-color-error': '#f1a69c',
		'--mantine-color-anchor': '#74bfd1',
	},
});

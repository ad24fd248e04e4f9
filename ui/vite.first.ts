/* public/first.js: one small classic script, for it must run before the first paint. */
import { defineConfig } from 'vite';

export default defineConfig({
	publicDir: false,
	plugins: [
		{
			name: 'styles-are-inside',
			enforce: 'post',
			generateBundle(_, bundle) {
				for (const file of Object.keys(bundle)) if (file.endsWith('.css')) delete bundle[file];
			},
		},
	],
	build: {
		outDir: 'public',
		emptyOutDir: false,
		target: 'es2022',
		lib: { entry: 'src/app/first.ts', formats: ['iife'], name: 'first', fileName: () => 'first.js' },
	},
});

/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

const server = process.env.HAIDANG_URL ?? 'http://127.0.0.1:8080';
const behind = ['/api', '/health', '/metrics', '/openapi.json'];

/** The program comes after what the first view (src/app/first.ts) is painted with, on a slow line too. */
const afterFirstView: Plugin = {
	name: 'after-first-view',
	transformIndexHtml: { order: 'post', handler: (html) => html.replaceAll('<script type="module"', '<script type="module" fetchpriority="low"') },
};

export default defineConfig({
	plugins: [
		react(),
		afterFirstView,
		VitePWA({
			registerType: 'prompt',
			injectRegister: false,
			manifest: {
				id: '/',
				name: 'Hải Đăng – trung tâm giám sát, điều hành thông minh',
				short_name: 'Hải Đăng',
				description: 'Nộp, kiểm tra và theo dõi số liệu của đơn vị.',
				lang: 'vi',
				start_url: '/',
				scope: '/',
				display: 'standalone',
				background_color: '#f4f7f8',
				theme_color: '#0b4f60',
				icons: [
					{ src: '/icons/192.png', sizes: '192x192', type: 'image/png' },
					{ src: '/icons/512.png', sizes: '512x512', type: 'image/png' },
					{ src: '/icons/maskable.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
				],
			},
			workbox: {
				// The shell only.  Answers of the API are never kept: the next person at this device must not see them.
				globPatterns: ['index.html', 'first.js', 'icons/mark.svg', 'assets/**/*.{js,css,woff2}'],
				globIgnores: ['assets/heavy-*'],
				navigateFallback: '/index.html',
				navigateFallbackDenylist: [/^\/api(\/|$)/, /^\/health/, /^\/metrics/, /^\/openapi\.json/],
				runtimeCaching: [],
				cleanupOutdatedCaches: true,
			},
		}),
	],
	build: {
		outDir: 'dist',
		target: 'es2022',
		assetsInlineLimit: 0,
		chunkSizeWarningLimit: 800,
		manifest: 'build.json',
		rolldownOptions: {
			output: {
				codeSplitting: {
					groups: [
						// A helper of echarts and of the drawers both: on its own, or every screen would fetch the charts with it.
						{ name: 'tslib', test: /node_modules[\\/]tslib/, priority: 2 },
						{ name: 'heavy-echarts', test: /node_modules[\\/](echarts|zrender)/, priority: 1 },
						// What the home page runs before anything is clicked, in one piece: each piece costs a phone its share of a round trip.
						{ name: 'start', tags: ['$initial'] },
						// What nearly every screen needs besides comes in one piece too.
						{ name: 'shared', minShareCount: 24 },
					],
				},
			},
		},
	},
	server: { proxy: Object.fromEntries(behind.map((path) => [path, server])) },
	test: {
		environment: 'jsdom',
		include: ['src/**/*.test.{ts,tsx}'],
		setupFiles: ['src/app/testing.ts'],
		restoreMocks: true,
	},
});

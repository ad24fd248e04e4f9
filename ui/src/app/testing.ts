import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach } from 'vitest';
import { cleanup } from '@testing-library/react';

/* jsdom has no layout: what Mantine asks of a browser. */
globalThis.matchMedia ??= ((query: string) => ({ matches: false, media: query, addEventListener() {}, removeEventListener() {}, addListener() {}, removeListener() {}, dispatchEvent: () => false, onchange: null })) as never;
globalThis.ResizeObserver ??= class { observe() {} unobserve() {} disconnect() {} } as never;
Element.prototype.scrollIntoView ??= () => {};

const files = import.meta.glob<Record<string, unknown>>('/src/*/{vi,en}.json', { eager: true, import: 'default' });
const resources: Record<string, Record<string, Record<string, unknown>>> = { vi: {}, en: {} };
for (const [path, texts] of Object.entries(files)) {
	const [, space = '', language = ''] = /src\/(.+)\/(vi|en)\.json$/.exec(path) ?? [];
	(resources[language] as Record<string, unknown>)[space] = texts;
}
document.documentElement.lang = 'vi';
await i18next.use(initReactI18next).init({ lng: 'vi', fallbackLng: false, defaultNS: 'app', resources: resources as never, interpolation: { escapeValue: false } });

afterEach(cleanup);

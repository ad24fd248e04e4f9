/* Texts lie beside the screens: each folder of src has vi.json and en.json with the same keys, and is a namespace of its
 * own name, fetched when a screen of that folder opens. */
import i18next, { type BackendModule, type FormatterModule } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { formatCount, type Language, nameIn, type Named } from '../base/format';
import { recall, remember } from '../base/storage';
import base from '../base/vi.json';
import operate from '../operate/vi.json';
import { language } from './language';
import app from './vi.json';

type Texts = Record<string, unknown>;
// The home page's, in the language most read: there with its code.
const first: Record<string, Texts> = { '/src/app/vi.json': app, '/src/base/vi.json': base, '/src/operate/vi.json': operate };
const files = import.meta.glob<{ default: Texts }>('/src/*/{vi,en}.json');

const backend: BackendModule = {
	type: 'backend',
	init() {},
	read(lang, space, done) {
		const name = `/src/${space}/${lang}.json`;
		if (first[name]) {
			done(null, first[name]);
			return;
		}
		const load = files[name];
		if (!load) {
			done(new Error(`no texts for ${space} in ${lang}`), null);
			return;
		}
		load().then((file) => done(null, file.default), (error: Error) => done(error, null));
	},
};

/** Requests say the language themselves; a link to a file cannot, so the server finds it in a cookie. */
function speak(to: Language): void {
	document.documentElement.lang = to;
	document.cookie = `haidang_language=${to}; Path=/; SameSite=Strict; Max-Age=31536000`;
}

/** How many of something there are is written as the language writes numbers; other values are texts already. */
export const counts: FormatterModule = {
	type: 'formatter',
	init() {},
	add() {},
	addCached() {},
	format: (value, _, to, how) => (typeof value === 'number' && how?.interpolationkey === 'count' ? formatCount(value, to === 'en' ? 'en' : 'vi') : value),
};

export async function startTexts(): Promise<void> {
	speak(recall('language') === 'en' ? 'en' : 'vi');
	await i18next.use(backend).use(counts).use(initReactI18next).init({
		lng: language(),
		fallbackLng: false,
		supportedLngs: ['vi', 'en'],
		ns: ['app', 'base'],
		defaultNS: 'app',
		interpolation: { escapeValue: false, alwaysFormat: true },
		react: { useSuspense: true },
	});
}

export async function setLanguage(to: Language): Promise<void> {
	remember('language', to);
	speak(to);
	await i18next.changeLanguage(to);
}

/** Texts of a folder and the language they are in. */
export function useTexts(space: string) {
	const { t, i18n } = useTranslation(space);
	return { t, language: i18n.language as Language };
}

export function useLanguage(): Language {
	return useTranslation('app').i18n.language as Language;
}

/** The name of a thing in the reader's language; the other one rather than none. */
export function useNames() {
	const lang = useLanguage();
	return {
		label: (label: { vi: string; en: string } | null | undefined) => (lang === 'en' ? label?.en || label?.vi : label?.vi || label?.en) ?? '',
		name: (thing: Named | null | undefined) => nameIn(lang, thing),
	};
}

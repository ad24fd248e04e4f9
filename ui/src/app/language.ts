import type { Language } from '../base/format';

/** The language of this screen; the <html lang> attribute is the one place where it is kept. */
export function language(): Language {
	return document.documentElement.lang === 'en' ? 'en' : 'vi';
}

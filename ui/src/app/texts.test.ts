import { describe, expect, it } from 'vitest';

type Texts = { [key: string]: string | Texts };
const files = import.meta.glob<Texts>('/src/*/*.json', { eager: true, import: 'default' });
const spaces = [...new Set(Object.keys(files).map((path) => path.split('/')[2] ?? ''))];

function flat(texts: Texts, before = ''): Map<string, string> {
	const found = new Map<string, string>();
	for (const [key, value] of Object.entries(texts)) {
		if (typeof value === 'string') found.set(before + key, value);
		else for (const [inner, text] of flat(value, `${before}${key}.`)) found.set(inner, text);
	}
	return found;
}

function blanks(text: string): string[] {
	return [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();
}

describe.each(spaces)('texts of %s', (space) => {
	const vi = flat(files[`/src/${space}/vi.json`] ?? {});
	const en = flat(files[`/src/${space}/en.json`] ?? {});
	it('have the same keys in both languages', () => expect([...en.keys()].sort()).toEqual([...vi.keys()].sort()));
	it('are not empty, and fill the same blanks', () => {
		for (const [key, text] of vi) {
			expect(text.trim(), key).not.toBe('');
			expect(blanks(en.get(key) ?? ''), key).toEqual(blanks(text));
		}
	});
	it('are composed (NFC), as the server keeps them', () => {
		for (const [key, text] of vi) expect(text, key).toBe(text.normalize('NFC'));
	});
});

const sources = import.meta.glob<string>(['/src/*/*.tsx', '/src/*/*.ts', '!/src/*/*.test.*'], { eager: true, query: '?raw', import: 'default' });

/** Calls of t() with a plain text as key, against the folder that useTexts names. */
it('every key that the code asks for exists', () => {
	const missing: string[] = [];
	for (const [path, source] of Object.entries(sources)) {
		const named = new Set([...source.matchAll(/useTexts\('(\w+)'\)/g)].map((match) => match[1] ?? ''));
		if (named.size !== 1) continue;
		const space = [...named][0] ?? '';
		const texts = flat(files[`/src/${space}/vi.json`] ?? {});
		for (const [, key = ''] of source.matchAll(/\bt\('([\w.]+)'/g))
			if (!texts.has(key) && !texts.has(`${key}_other`)) missing.push(`${path}: ${space}:${key}`);
	}
	expect(missing).toEqual([]);
});

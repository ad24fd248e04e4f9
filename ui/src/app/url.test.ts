import { expect, it } from 'vitest';
import { returnTo } from '../operate/SignIn';
import { many, one, parseSearch, stringifySearch } from './url';

it('keeps the state of a screen in plain names and values', () => {
	const search = { q: 'đường Trần Phú', period: '2026-11', unit: ['22333', '22336'], empty: '', none: undefined };
	const text = stringifySearch(search);
	expect(text).toBe('?q=%C4%91%C6%B0%E1%BB%9Dng+Tr%E1%BA%A7n+Ph%C3%BA&period=2026-11&unit=22333&unit=22336');
	expect(parseSearch(text)).toEqual({ q: 'đường Trần Phú', period: '2026-11', unit: ['22333', '22336'] });
});

it('reads one or many of a name', () => {
	const search = parseSearch('?a=1&a=2&b=3');
	expect(one(search, 'a')).toBe('1');
	expect(many(search, 'a')).toEqual(['1', '2']);
	expect(many(search, 'b')).toEqual(['3']);
	expect(one(search, 'c')).toBe('');
});

it('never returns to a foreign page after signing in', () => {
	expect(returnTo('/registry/units?q=a')).toBe('/registry/units?q=a');
	for (const foreign of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', '']) expect(returnTo(foreign)).toBe('/');
});

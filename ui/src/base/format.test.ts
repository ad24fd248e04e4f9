import { describe, expect, it } from 'vitest';
import { addDays, fold, formatAge, formatBytes, formatDateTime, formatDecimal, formatPeriod, nextPeriod, periodKind, periodOf, readDecimal } from './format';

describe('formatDecimal', () => {
	it.each([
		['94.10', '94,10', '94.10'],
		['0', '0', '0'],
		['-0.50', '−0,50', '−0.50'],
		['1234567.100', '1.234.567,100', '1,234,567.100'],
		['123', '123', '123'],
		['-1000', '−1.000', '−1,000'],
		['9007199254740993.000000001', '9.007.199.254.740.993,000000001', '9,007,199,254,740,993.000000001'],
	])('shows %s as it was given', (value, vi, en) => {
		expect(formatDecimal(value, 'vi')).toBe(vi);
		expect(formatDecimal(value, 'en')).toBe(en);
	});
	it('shows a missing value as a dash and never invents a number', () => {
		expect(formatDecimal(null, 'vi')).toBe('–');
		expect(formatDecimal('', 'vi')).toBe('–');
		expect(formatDecimal('NaN', 'vi')).toBe('NaN');
	});
});

describe('readDecimal', () => {
	it.each([
		['1.234,5', '1234.5', false], ['1,234.5', '1234.5', false], ['1 234,5', '1234.5', false], ['1234.5', '1234.5', false],
		['1.234.567', '1234567', false], ['1,234,567', '1234567', false], ['12 %', '12', false], ['(5)', '-5', false], ['-0,50', '-0.50', false],
		['−3', '-3', false], ['1.234', '1234', true], ['1234.567', '1234.567', false], ['0.125', '0.125', false], ['0,125', '0.125', false], ['.25', '0.25', false], [',5', '0.5', false], ['1 234.567', '1234.567', false], ['( 1.234,5 )', '-1234.5', false], ['(12%)', '-12', false], ['– 5,25', '-5.25', false], ['1,234', '1.234', true], ['94,10', '94.10', false], ['007', '7', false], ['-0', '0', false],
		['1\u00a0234\u00a0567,25', '1234567.25', false], ['９４', '94', false],
	])('reads %s', (text, value, doubtful) => {
		expect(readDecimal(text)).toEqual({ value, doubtful });
	});
	it.each(['', 'abc', '1.2.3', '12,34,56', '1,', '1 23', '1234 567', '1 2 3', '1e3', '1.234,5,6', '--1', '1.23,456.7'])('refuses %s', (text) => {
		expect(readDecimal(text)).toBeNull();
	});
	it('gives back what formatDecimal wrote, in both languages', () => {
		for (const value of ['0', '0.5', '1234.5', '-98765432.10', '1234567'])
			for (const language of ['vi', 'en'] as const) expect(readDecimal(formatDecimal(value, language))?.value).toBe(value);
	});
});

describe('periods', () => {
	it('knows the kind', () => {
		expect(['2026', '2026-H1', '2026-Q3', '2026-11', '2026-W47', '2026-11-22', 'x'].map(periodKind)).toEqual([
			'yearly', 'half_yearly', 'quarterly', 'monthly', 'weekly', 'daily', null,
		]);
	});
	it('steps over the ends of years', () => {
		expect(nextPeriod('2026-12', 1)).toBe('2027-01');
		expect(nextPeriod('2026-01', -1)).toBe('2025-12');
		expect(nextPeriod('2026-Q1', -1)).toBe('2025-Q4');
		expect(nextPeriod('2026-H2', 1)).toBe('2027-H1');
		expect(nextPeriod('2026-12-31', 1)).toBe('2027-01-01');
		expect(nextPeriod('2026-W01', -1)).toBe('2025-W52');
		expect(nextPeriod('2020-W53', 1)).toBe('2021-W01');
		expect(nextPeriod('2026', -1)).toBe('2025');
	});
	it('finds the period of a day', () => {
		expect(periodOf('weekly', '2026-11-22')).toBe('2026-W47');
		expect(periodOf('weekly', '2027-01-01')).toBe('2026-W53');
		expect(periodOf('quarterly', '2026-11-22')).toBe('2026-Q4');
		expect(periodOf('half_yearly', '2026-06-30')).toBe('2026-H1');
	});
	it('writes them as people do', () => {
		expect(formatPeriod('2026-Q3', 'vi')).toBe('Quý III/2026');
		expect(formatPeriod('2026-11', 'vi')).toBe('Tháng 11/2026');
		expect(formatPeriod('2026-11', 'en')).toBe('November 2026');
		expect(formatPeriod('2026-H1', 'vi')).toBe('6 tháng đầu năm 2026');
		expect(formatPeriod('2026-11-22', 'vi')).toBe('22/11/2026');
		expect(formatPeriod('2026-W47', 'en', true)).toBe('W47 2026');
	});
	it('adds days over a leap day', () => expect(addDays('2028-02-28', 2)).toBe('2028-03-01'));
});

describe('instants', () => {
	it('are shown in the zone of the centre, whatever the zone here', () => {
		expect(formatDateTime('2026-11-22T17:30:00Z')).toBe('23/11/2026 00:30');
	});
	it('have an age in words', () => {
		const now = Date.parse('2026-11-22T10:00:00Z');
		expect(formatAge('2026-11-22T08:00:00Z', now, 'vi')).toBe('2 giờ trước');
		expect(formatAge('2026-11-24T10:00:00Z', now, 'en')).toBe('in 2 days');
		expect(formatAge('2026-11-22T09:59:50Z', now, 'vi')).toBe('vừa xong');
	});
});

it('counts bytes', () => {
	expect(formatBytes(512, 'vi')).toBe('512 B');
	expect(formatBytes(1_572_864, 'vi')).toBe('1,5 MiB');
});

it('folds accents', () => expect(fold('Đường Trần Phú')).toBe('duong tran phu'));

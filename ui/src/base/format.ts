/* What people read and type: exact decimals, periods, dates.  A figure is a string from the server to the screen: it is
 * never turned into a binary number for showing, so "94.10" stays "94,10". */

export type Language = 'vi' | 'en';

const marks = { vi: { group: '.', point: ',' }, en: { group: ',', point: '.' } } as const;
const canonical = /^-?\d+(\.\d+)?$/;
const locales = { vi: 'vi-VN', en: 'en-GB' } as const;

function grouped(digits: string, mark: string): string {
	return digits.replace(/\B(?=(\d{3})+(?!\d))/g, mark);
}

/** "1234567.10" → "1.234.567,10" (vi), "1,234,567.10" (en).  Text that is no canonical decimal comes back as it is. */
export function formatDecimal(value: string | null | undefined, language: Language): string {
	if (value === null || value === undefined || value === '') return '–';
	if (!canonical.test(value)) return value;
	const mark = marks[language];
	const [whole = '', fraction] = value.replace('-', '').split('.');
	const sign = value.startsWith('-') ? '−' : '';
	return sign + grouped(whole, mark.group) + (fraction === undefined ? '' : mark.point + fraction);
}

export function formatCount(n: number, language: Language): string {
	return formatDecimal(String(Math.trunc(n)), language);
}

export interface ReadDecimal {
	value: string;
	/** One separator followed by exactly three digits can be read in two ways; the language's own reading was taken. */
	doubtful: boolean;
}

/** What people type: "1.234,5", "1,234.5", "1 234,5", "1234.5", "12 %", "(5)".  null: not a number.
 * The same reading as the server's: a lone mark before three digits is Vietnamese thousands for '.', a point for ','. */
export function readDecimal(text: string): ReadDecimal | null {
	let s = text.normalize('NFKC').trim().replace(/\s*%$/, '').replace(/[−–]/g, '-');
	let negative = false;
	const bracketed = /^\((.+)\)$/.exec(s);
	if (bracketed?.[1]) {
		s = bracketed[1].trim().replace(/\s*%$/, '');
		negative = true;
	}
	if (s.startsWith('-') || s.startsWith('+')) {
		negative = negative !== s.startsWith('-');
		s = s.slice(1).trim();
	}
	if (/^[.,]\d+$/.test(s)) s = `0${s}`;
	const plain = /\s/.test(s) ? withoutSpaces(s) : /^\d[\d.,]*$/.test(s) ? withoutGroups(s) : null;
	if (plain === null) return null;
	const [whole = '', fraction] = plain.value.split('.');
	const trimmed = whole.replace(/^0+(?=\d)/, '');
	const digits = fraction === undefined ? trimmed : `${trimmed}.${fraction}`;
	const zero = /^[0.]*$/.test(digits);
	return { value: (negative && !zero ? '-' : '') + digits, doubtful: plain.doubtful };
}

function withoutSpaces(s: string): ReadDecimal | null {
	if (!/^\d{1,3}(\s\d{3})+([.,]\d+)?$/.test(s)) return null;
	return { value: s.replace(/\s/g, '').replace(',', '.'), doubtful: false };
}

function withoutGroups(s: string): ReadDecimal | null {
	const dots = s.split('.').length - 1;
	const commas = s.split(',').length - 1;
	if (dots === 0 && commas === 0) return { value: s, doubtful: false };
	if (dots > 0 && commas > 0) {
		const point = s.lastIndexOf('.') > s.lastIndexOf(',') ? '.' : ',';
		return grouping(s, point === '.' ? ',' : '.', point);
	}
	const mark = dots > 0 ? '.' : ',';
	if (dots + commas > 1) return grouping(s, mark, null);
	const before = s.indexOf(mark);
	const after = s.length - before - 1;
	if (after === 0) return null;
	const doubtful = after === 3 && before <= 3 && !s.startsWith('0');
	return { value: s.replace(mark, doubtful && mark === '.' ? '' : '.'), doubtful };
}

function grouping(s: string, group: string, point: string | null): ReadDecimal | null {
	const parts = point === null ? [s] : s.split(point);
	if (parts.length > 2 || parts[1] === '') return null;
	const groups = (parts[0] ?? '').split(group);
	const good = groups.every((digits, i) => (i === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(digits));
	if (!good || (parts[1] !== undefined && !/^\d+$/.test(parts[1]))) return null;
	return { value: groups.join('') + (parts[1] === undefined ? '' : `.${parts[1]}`), doubtful: false };
}

/* -- periods -- */

export type PeriodKind = 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'half_yearly' | 'yearly';

const shapes: [PeriodKind, RegExp][] = [
	['yearly', /^(\d{4})$/],
	['half_yearly', /^(\d{4})-H([12])$/],
	['quarterly', /^(\d{4})-Q([1-4])$/],
	['weekly', /^(\d{4})-W(\d{2})$/],
	['monthly', /^(\d{4})-(\d{2})$/],
	['daily', /^(\d{4})-(\d{2})-(\d{2})$/],
];

export function periodKind(period: string): PeriodKind | null {
	return shapes.find(([, shape]) => shape.test(period))?.[0] ?? null;
}

const roman = ['', 'I', 'II', 'III', 'IV'];
const monthsShort = ['', 'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthsLong = ['', 'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** "2026-11" → "Tháng 11/2026"; short: "T11/2026". */
export function formatPeriod(period: string, language: Language, short = false): string {
	const kind = periodKind(period);
	if (kind === null) return period;
	const [year = '', second = '', day = ''] = period.split('-');
	const n = Number(second.replace(/\D/g, ''));
	if (language === 'vi') return periodVi(kind, year, n, day, short);
	return periodEn(kind, year, n, day, short);
}

function periodVi(kind: PeriodKind, year: string, n: number, day: string, short: boolean): string {
	switch (kind) {
		case 'yearly': return short ? year : `Năm ${year}`;
		case 'half_yearly': return short ? `${n === 1 ? 'Đầu' : 'Cuối'} ${year}` : `6 tháng ${n === 1 ? 'đầu' : 'cuối'} năm ${year}`;
		case 'quarterly': return short ? `Q${n}/${year}` : `Quý ${roman[n]}/${year}`;
		case 'weekly': return short ? `Tu${n}/${year}` : `Tuần ${n}/${year}`;
		case 'monthly': return short ? `T${n}/${year}` : `Tháng ${n}/${year}`;
		case 'daily': return `${day}/${String(n).padStart(2, '0')}/${year}`;
	}
}

function periodEn(kind: PeriodKind, year: string, n: number, day: string, short: boolean): string {
	switch (kind) {
		case 'yearly': return year;
		case 'half_yearly': return short ? `H${n} ${year}` : `${n === 1 ? 'First' : 'Second'} half of ${year}`;
		case 'quarterly': return `Q${n} ${year}`;
		case 'weekly': return short ? `W${n} ${year}` : `Week ${n}, ${year}`;
		case 'monthly': return `${(short ? monthsShort : monthsLong)[n]} ${year}`;
		case 'daily': return `${Number(day)} ${monthsShort[n]} ${year}`;
	}
}

/** The period `by` steps away: nextPeriod("2026-11", -1) = "2026-10". */
export function nextPeriod(period: string, by: number): string {
	const kind = periodKind(period);
	const [year = '', second = ''] = period.split('-');
	const y = Number(year);
	const n = Number(second.replace(/\D/g, ''));
	const within = (parts: number, write: (part: number) => string) => {
		const ordinal = y * parts + n - 1 + by;
		return `${Math.floor(ordinal / parts)}-${write((ordinal % parts) + 1)}`;
	};
	switch (kind) {
		case 'yearly': return String(y + by);
		case 'half_yearly': return within(2, (part) => `H${part}`);
		case 'quarterly': return within(4, (part) => `Q${part}`);
		case 'monthly': return within(12, (part) => String(part).padStart(2, '0'));
		case 'daily': return addDays(period, by);
		case 'weekly': return weekOf(addDays(mondayOf(y, n), 7 * by));
		case null: return period;
	}
}

const day = 86_400_000;

export function addDays(date: string, by: number): string {
	return new Date(Date.parse(`${date}T00:00:00Z`) + by * day).toISOString().slice(0, 10);
}

function mondayOf(year: number, week: number): string {
	const fourth = Date.UTC(year, 0, 4);
	const weekday = (new Date(fourth).getUTCDay() + 6) % 7;
	return new Date(fourth + ((week - 1) * 7 - weekday) * day).toISOString().slice(0, 10);
}

function weekOf(date: string): string {
	const at = Date.parse(`${date}T00:00:00Z`);
	const thursday = new Date(at + (3 - ((new Date(at).getUTCDay() + 6) % 7)) * day);
	const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
	const week = 1 + Math.floor((thursday.getTime() - first) / day / 7);
	return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

/** The period of a kind in which a day ("2026-11-22") lies. */
export function periodOf(kind: PeriodKind, date: string): string {
	const [year = '', month = ''] = date.split('-');
	const m = Number(month);
	switch (kind) {
		case 'yearly': return year;
		case 'half_yearly': return `${year}-H${m <= 6 ? 1 : 2}`;
		case 'quarterly': return `${year}-Q${Math.ceil(m / 3)}`;
		case 'monthly': return `${year}-${month}`;
		case 'weekly': return weekOf(date);
		case 'daily': return date;
	}
}

/* -- instants -- */

/** The centre's clock, which has no summer time: "2026-11-22T16:40:07.000". */
const clock = (at: string | number | Date) => new Date(new Date(at).getTime() + 7 * 3_600_000).toISOString().slice(0, -1);

/** The calendar day of an instant in the centre's zone: "2026-11-22". */
export function dayOf(at: string | number | Date): string {
	return clock(at).slice(0, 10);
}

/** Milliseconds from an instant until the centre's next midnight. */
export function untilMidnight(at: number): number {
	return Date.parse(`${addDays(dayOf(at), 1)}T00:00:00+07:00`) - at;
}

export function formatDate(at: string): string {
	const date = /^\d{4}-\d{2}-\d{2}$/.test(at) ? at : dayOf(at);
	const [y, m, d] = date.split('-');
	return `${d}/${m}/${y}`;
}

export function formatTime(at: string | number | Date, seconds = false): string {
	return clock(at).slice(11, seconds ? 19 : 16);
}

export function formatDateTime(at: string, seconds = false): string {
	return `${formatDate(at)} ${formatTime(at, seconds)}`;
}

const weekdays: Record<Language, string[]> = {
	vi: ['Chủ Nhật', 'Thứ Hai', 'Thứ Ba', 'Thứ Tư', 'Thứ Năm', 'Thứ Sáu', 'Thứ Bảy'],
	en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
};

export function formatWeekday(at: string | number | Date, language: Language): string {
	return weekdays[language][new Date(`${dayOf(at)}T00:00:00Z`).getUTCDay()] ?? '';
}

const ages: Partial<Record<Language, Intl.RelativeTimeFormat>> = {};

/** "2 giờ trước", "in 3 days": whole steps, the largest that fits. */
export function formatAge(at: string, now: number, language: Language): string {
	const seconds = Math.round((Date.parse(at) - now) / 1000);
	const steps: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60]];
	const words = (ages[language] ??= new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto' }));
	for (const [unit, size] of steps)
		if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit).toLocaleLowerCase(locales[language]);
	return language === 'vi' ? 'vừa xong' : 'just now';
}

export function formatBytes(n: number, language: Language): string {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	let i = 0;
	let size = n;
	while (size >= 1024 && i < units.length - 1) {
		size /= 1024;
		i++;
	}
	return `${formatDecimal(i === 0 ? String(size) : size.toFixed(1), language)} ${units[i]}`;
}

/** Search without accents: "đường Trần Phú" → "duong tran phu". */
export function fold(text: string): string {
	return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();
}

/** Anything that may carry a name in two languages: records and answers of many kinds. */
export type Named = { name_vi?: unknown; name_en?: unknown; code?: unknown; id?: unknown; unit?: unknown; indicator?: unknown };

/** The name of a thing in the reader's language; the other one rather than none, its code rather than nothing. */
export function nameIn(language: Language, thing: Named | null | undefined): string {
	const [first, second] = language === 'en' ? [thing?.name_en, thing?.name_vi] : [thing?.name_vi, thing?.name_en];
	return [first, second, thing?.code].find((text): text is string => typeof text === 'string' && text !== '') ?? '';
}

/* The smallest parts: a figure, an age, a line of history, a state in a pill, an exact count. */
import { IconAlertTriangle, IconCheck, IconClock, IconCornerUpLeft, IconMinus, type Icon } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTexts } from '../app/i18n';
import { formatAge, formatDateTime, formatDecimal } from './format';
import css from './small.module.css';

/** The clock of this page, renewed every `every` milliseconds. */
export function useNow(every = 30_000): number {
	const [now, setNow] = useState(() => Date.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), every);
		return () => clearInterval(timer);
	}, [every]);
	return now;
}

/** "2 giờ trước", the instant itself on hover. */
export function Age({ at }: { at: string | null | undefined }) {
	const { language } = useTexts('base');
	const now = useNow();
	if (!at) return <span className="dim">–</span>;
	return <time dateTime={at} title={formatDateTime(at, true)}>{formatAge(at, now, language)}</time>;
}

export type Tone = 'good' | 'wait' | 'hand' | 'plain' | 'quiet' | 'back';
const marks: Record<Tone, Icon> = { good: IconCheck, wait: IconClock, hand: IconAlertTriangle, plain: IconMinus, quiet: IconMinus, back: IconCornerUpLeft };

/** A state: words and a mark, never colour alone. */
export function StatusPill({ tone, children }: { tone: Tone; children: ReactNode }) {
	const Mark = marks[tone];
	return <span className={css.pill} data-tone={tone}><Mark size="0.875rem" stroke={2.2} aria-hidden />{children}</span>;
}

const toneOf: Record<string, Tone> = {
	approved: 'good', submitted: 'plain', returned: 'back', withdrawn: 'quiet', met: 'good', due: 'wait', late: 'hand', sent: 'plain', draft: 'quiet',
	accepted: 'good', refused: 'hand', doubtful: 'wait', same: 'quiet',
};

/** State of a figure or of something owed, in the centre's words. */
export function FigureStatus({ status }: { status: string }) {
	const { t } = useTexts('base');
	return <StatusPill tone={toneOf[status] ?? 'plain'}>{t(`status.${status}`, { defaultValue: status })}</StatusPill>;
}

/** One official value as it was given, with its unit of measure and what must be known about it. */
export function Figure({ value, measure, flags = [], large }: { value: string | null | undefined; measure?: string; flags?: string[]; large?: boolean }) {
	const { t, language } = useTexts('base');
	return (
		<span className={css.figure} data-large={large || undefined}>
			<span>{formatDecimal(value, language)}</span>
			{measure && <small>{measure}</small>}
			{flags.filter((flag) => flag !== 'demonstration').map((flag) => <small key={flag} className={css.flag}>{t(`flag.${flag}`, { defaultValue: flag })}</small>)}
		</span>
	);
}

/** A small history.  Drawing may round; showing may not. */
export function Spark({ values, label, width = 96, height = 24 }: { values: (string | null)[]; label: string; width?: number; height?: number }) {
	const numbers = values.map((value) => (value === null ? null : Number(value)));
	const known = numbers.filter((n): n is number => n !== null && Number.isFinite(n));
	if (known.length < 2) return <span className="dim" role="img" aria-label={label}>·</span>;
	const low = Math.min(...known);
	const span = Math.max(...known) - low || 1;
	const at = (n: number, i: number) => `${((i / (numbers.length - 1)) * (width - 4) + 2).toFixed(1)},${(height - 3 - ((n - low) / span) * (height - 6)).toFixed(1)}`;
	const lines: string[][] = [[]];
	numbers.forEach((n, i) => {
		if (n === null) lines.push([]);
		else lines.at(-1)?.push(at(n, i));
	});
	const end = numbers.findLastIndex((n) => n !== null);
	const [x, y] = at(numbers[end] ?? 0, end).split(',');
	return (
		<svg className={css.spark} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} style={{ width: `${width / 16}rem`, height: `${height / 16}rem` }}>
			{lines.filter((line) => line.length > 0).map((line) => <polyline key={line[0]} points={line.join(' ')} />)}
			<circle cx={x} cy={y} r="2.2" />
		</svg>
	);
}

/** A name and its value, as in a card of facts. */
export function Facts({ items }: { items: [ReactNode, ReactNode][] }) {
	return (
		<dl className={css.facts}>
			{items.map(([name, value], i) => <div key={i}><dt>{name}</dt><dd>{value}</dd></div>)}
		</dl>
	);
}

/** A large number with its words: the tile of a home page.  `of`: the whole that the number is a part of. */
export function Tile({ value, of, text, tone, children }: { value: ReactNode; of?: string; text: ReactNode; tone?: 'hand' | 'good'; children?: ReactNode }) {
	return (
		<div className={css.tile} data-tone={tone}>
			<strong>{value}{of !== undefined && <small>/<wbr />{of}</small>}</strong>
			<span>{text}</span>
			{children}
		</div>
	);
}

/* The only place that knows ECharts; it is fetched when a chart is first shown.  The picture may round, the table beside it
 * does not: everything a chart says is also there as text. */
import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import { formatDecimal, formatPeriod, type Language } from '../base/format';
import css from './Indicator.module.css';
import type { Series } from './series';

use([LineChart, BarChart, GridComponent, TooltipComponent, LegendComponent, MarkLineComponent, AriaComponent, CanvasRenderer]);

export interface ChartHandle { picture: () => string }

interface ChartProps {
	series: Series[];
	kind: 'line' | 'bar';
	target: string | null;
	measure: string;
	label: string;
	words: { target: string; provisional: string };
	language: Language;
	ref: Ref<ChartHandle>;
}

function colour(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/* Told apart without colour too: by mark and by stroke. */
const inks = { light: ['#0b657b', '#a8561d', '#5b4b9a', '#1d6b43', '#9a3058', '#52626b'], dark: ['#74bfd1', '#e0a16b', '#b3a6ea', '#8fd0ab', '#e79ab8', '#9fb0b9'] };
const symbols = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'arrow'];

function option({ series, kind, target, measure, language, words }: ChartProps): EChartsCoreOption {
	const dark = document.documentElement.dataset.mantineColorScheme === 'dark';
	const palette = dark ? inks.dark : inks.light;
	const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
	const periods = [...new Set(series.flatMap((one) => one.points.map((point) => point.period)))].sort();
	const ink = colour('--ink-2');
	const font = { fontFamily: 'Be Vietnam Pro', fontSize: 0.8125 * size, color: ink };
	const exact = series.map((one) => new Map(one.points.map((point) => [point.period, point])));
	const number = (n: number) => formatDecimal(String(n), language);
	return {
		animation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
		animationDuration: 300,
		textStyle: font,
		color: palette,
		grid: { left: 0.5 * size, right: 1.5 * size, top: (series.length > 1 ? 3.25 : 2) * size, bottom: 0.5 * size, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
		legend: series.length > 1 ? { top: 0, left: 0, textStyle: font, type: 'scroll' } : undefined,
		tooltip: {
			trigger: 'axis', confine: true, backgroundColor: colour('--surface'), borderColor: colour('--line-strong'), textStyle: { ...font, color: colour('--ink') },
			formatter: (items: { dataIndex: number }[]) => {
				const period = periods[items[0]?.dataIndex ?? 0] ?? '';
				const lines = series.map((one, i) => {
					const point = exact[i]?.get(period);
					return `${escape(one.name)}: <b>${formatDecimal(point?.value, language)}</b> ${escape(measure)}${point?.provisional ? ` (${words.provisional})` : ''}`;
				});
				return [formatPeriod(period, language), ...lines].join('<br>');
			},
		},
		xAxis: { type: 'category', data: periods.map((period) => formatPeriod(period, language, true)), axisLabel: { ...font, hideOverlap: true, alignMinLabel: 'left', alignMaxLabel: 'right' }, axisLine: { lineStyle: { color: colour('--line-strong') } }, axisTick: { show: false }, boundaryGap: kind === 'bar' },
		yAxis: { type: 'value', scale: kind === 'line', name: measure, nameTextStyle: { ...font, align: 'left' }, axisLabel: { ...font, formatter: number }, splitLine: { lineStyle: { color: colour('--line') } }, splitNumber: 4 },
		series: series.flatMap((one, i) => drawn(one, i, periods, kind, palette[i % palette.length] ?? '', size, i === 0 ? markTarget(target, words.target, font, ink, number) : undefined)),
	};
}

function markTarget(target: string | null, word: string, font: object, ink: string, number: (n: number) => string) {
	if (target === null) return undefined;
	const at = Number(target);
	return { silent: true, symbol: 'none', lineStyle: { color: ink, type: 'dashed' as const, width: 1.5 }, label: { ...font, formatter: `${word} ${number(at)}`, position: 'insideEndTop' as const }, data: [{ yAxis: at }] };
}

/** A settled line and, from the last settled point on, a dashed one for what may still change. */
function drawn(one: Series, i: number, periods: string[], kind: 'line' | 'bar', ink: string, size: number, markLine: object | undefined): object[] {
	const by = new Map(one.points.map((point) => [point.period, point]));
	const value = (period: string) => {
		const text = by.get(period)?.value;
		return text === null || text === undefined ? null : Number(text);
	};
	if (kind === 'bar')
		return [{ type: 'bar' as const, name: one.name, barMaxWidth: 2.5 * size, markLine, data: periods.map((period) => (by.get(period)?.provisional ? { value: value(period), itemStyle: { opacity: 0.45, borderColor: ink, borderType: 'dashed' as const, borderWidth: 1.5 } } : value(period))) }];
	const open = (at: number) => by.get(periods[at] ?? '')?.provisional === true;
	const settled = periods.map((period, at) => (open(at) ? null : value(period)));
	const provisional = periods.map((period, at) => (open(at) || (at + 1 < periods.length && open(at + 1)) || (at > 0 && open(at - 1) && value(period) !== null && settled[at] !== null) ? value(period) : null));
	const many = periods.length > 60;
	const line = { type: 'line' as const, name: one.name, connectNulls: false, symbol: symbols[i % symbols.length], symbolSize: 0.4 * size, showSymbol: !many, itemStyle: { color: ink } };
	return [
		{ ...line, data: settled, lineStyle: { width: 0.14 * size, color: ink, type: i % 2 ? ('dotted' as const) : ('solid' as const) }, markLine },
		...(provisional.some((n) => n !== null) ? [{ ...line, data: provisional, lineStyle: { width: 0.12 * size, color: ink, type: 'dashed' as const } }] : []),
	];
}

function escape(text: string): string {
	return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

export default function Chart(props: ChartProps) {
	const box = useRef<HTMLDivElement>(null);
	const chart = useRef<ReturnType<typeof init> | null>(null);
	useEffect(() => {
		if (!box.current) return;
		const made = init(box.current, null, { renderer: 'canvas' });
		chart.current = made;
		const size = new ResizeObserver(() => made.resize());
		size.observe(box.current);
		return () => {
			size.disconnect();
			made.dispose();
			chart.current = null;
		};
	}, []);
	useEffect(() => {
		const draw = () => chart.current?.setOption(option(props), { notMerge: true });
		// Text is measured when it is drawn: with its own font, and again in the colours of another theme.
		void document.fonts.load("1rem 'Be Vietnam Pro'").then(draw);
		const theme = new MutationObserver(draw);
		theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-mantine-color-scheme'] });
		return () => theme.disconnect();
	});
	useImperativeHandle(props.ref, () => ({ picture: () => chart.current?.getDataURL({ pixelRatio: 2, backgroundColor: colour('--surface') }) ?? '' }));
	return <div ref={box} className={css.chart} role="img" aria-label={props.label} />;
}

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { formatCount, formatDate, formatPeriod } from '../base/format';
import { Panel } from '../base/Page';
import type { WeekItem } from './contract';
import css from './Discipline.module.css';
import { type LateDuty, lateBy } from './discipline';

const first = 8;
const page = 14; // groups

/** The same week read by rule or by the day of the deadline: what was late, of which units. */
export function WeekGroups({ items, by }: { items: WeekItem[]; by: 'rule' | 'day' }) {
	const { t } = useTexts('discipline');
	const { name } = useNames();
	const rules = useQuery({ queryKey: ['inspection-rules'], queryFn: () => answer(api.GET('/api/v1/{kind}', { params: { path: { kind: 'inspection-rules' }, query: { limit: 200 } } })), enabled: by === 'rule' });
	const titleOf = (key: string) => (by === 'day' ? formatDate(key) : key === '' ? t('week.noRule') : name((rules.data?.items.find((rule) => rule.code === key) ?? { code: key }) as never));
	const [shown, setShown] = useState(page);
	const groups = useMemo(() => lateBy(items, by), [items, by]);
	return (
		<>
			{groups.slice(0, shown).map((group) => <Group key={group.key} title={titleOf(group.key)} duties={group.duties} dated={by === 'day'} />)}
			{groups.length > shown && <div className={css.foot}><Button variant="default" onClick={() => setShown(shown + page)}>{t('more', { count: Math.min(page, groups.length - shown) })}</Button></div>}
		</>
	);
}

/** dated: the title says the day already. */
function Group({ title, duties, dated }: { title: string; duties: LateDuty[]; dated: boolean }) {
	const { t, language } = useTexts('discipline');
	const { name } = useNames();
	const [shown, setShown] = useState(first);
	const units = new Set(duties.map((one) => one.item.unit)).size;
	return (
		<Panel flush title={t('week.group', { title, count: units, duties: formatCount(duties.length, language) })}>
			<ol className={`${css.evidence} ${css.group}`} aria-label={title}>
				{duties.slice(0, shown).map(({ item, of }) => (
					<li key={`${item.id} ${of.duty}`}>
						<div className={css.line}>
							<span className={css.what}>
								<Link to={`/reminders/${item.id}` as never}>{name({ name_vi: item.unit_vi, name_en: item.unit_en, code: item.unit })}</Link>
								<span>{of.indicator ? <Link to={`/indicators/${encodeURIComponent(of.indicator)}?${new URLSearchParams({ unit: item.unit ?? '', period: of.period })}` as never}>{name(of)}</Link> : t('evidence.gone')}</span>
								<span className="dim">{formatPeriod(of.period, language)}</span>
							</span>
							{!dated && <span className="num">{formatDate(of.deadline)}</span>}
						</div>
					</li>
				))}
			</ol>
			{duties.length > shown && <div className={css.foot}><Button variant="subtle" onClick={() => setShown(duties.length)}>{t('evidence.more', { count: duties.length - shown })}</Button></div>}
		</Panel>
	);
}

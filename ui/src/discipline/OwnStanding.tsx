import { Button, NativeSelect } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { unitsOf, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { formatDate, formatDateTime } from '../base/format';
import { Page, Panel } from '../base/Page';
import { EmptyState, Loaded } from '../base/States';
import type { OwnStanding as Own } from './contract';
import css from './Discipline.module.css';
import { Gauge } from './Gauge';
import { ReminderLink, ReminderStatus } from './Parts';

/** "Where do we stand, what comes next, how do we avoid it?", told to the unit itself. */
export function OwnStanding() {
	const { t } = useTexts('discipline');
	const { name } = useNames();
	const url = useUrl();
	const units = unitsOf(useSession());
	const unit = url.one('unit') || units[0]?.code || '';
	const standing = useQuery({ queryKey: ['standing', unit], queryFn: () => answer(api.GET('/api/v1/standing', { params: { query: { unit } } })), enabled: unit !== '' });
	const of = standing.data;
	if (unit === '') return <Page title={t('own.title')}><EmptyState title={t('own.noUnit')} text={t('own.noUnitText')} /></Page>;
	return (
		<Page
			title={of ? t(of.count ? 'own.count' : 'own.clean', { count: of.count, year: of.year }) : t('own.title')}
			lead={t('own.lead')}
			actions={units.length > 1 && <NativeSelect aria-label={t('unit')} value={unit} onChange={(event) => void url.set({ unit: event.currentTarget.value })} data={units.map((mine) => ({ value: mine.code, label: name(mine) }))} />}
		>
			<Loaded query={standing}>{(data) => <Told of={data} unit={unit} />}</Loaded>
		</Page>
	);
}

function Told({ of, unit }: { of: Own; unit: string }) {
	const { t } = useTexts('discipline');
	const { name } = useNames();
	const { to_do: left } = of;
	const waiting = of.reminders.filter((one) => one.state === 'issued');
	return (
		<>
			<Panel title={t('own.next')}>
				<Gauge count={of.count} steps={of.steps} />
				<p>{of.next ? t('own.nextIs', { count: of.until_next, step: name(of.next) }) : t('own.last')} {t(`own.counts_${of.counts}`)}</p>
			</Panel>
			<Panel title={t('own.avoid')} actions={<Button component={Link} to={`/entry?unit=${encodeURIComponent(unit)}` as never} leftSection={<IconTable size="1.125rem" aria-hidden />}>{t('own.enter')}</Button>}>
				<ul className={css.plain}>
					<li>{left.late > 0 ? t('own.late', { count: left.late, date: formatDate(left.oldest ?? of.next_inspection) }) : t('own.lateNone')}</li>
					<li>{t('own.due', { count: left.due, days: left.days })}</li>
					{waiting.length > 0 && <li>{t('own.acknowledge', { count: waiting.length })} {waiting.map((one) => <ReminderLink key={one.id} id={one.id} number={one.number} issued={one.issued} />)}</li>}
					<li>{t('own.inspection', { at: formatDateTime(of.next_inspection) })}</li>
					<li>{t('own.excuse')}</li>
				</ul>
			</Panel>
			<Panel flush title={t('own.mine')}>
				{of.reminders.length === 0 ? <p className={css.said}>{t('own.mineNone')}</p> : (
					<ul className={css.units}>
						{[...of.reminders].reverse().map((one) => (
							<li key={one.id}>
								<div className={css.unit}>
									<strong className={css.name}><ReminderLink id={one.id} number={one.number} issued={one.issued} /></strong>
									<span>{formatDate(one.issued)}</span>
									<span>{t('duties', { count: one.late })}</span>
									<ReminderStatus state={one.state} />
								</div>
							</li>
						))}
					</ul>
				)}
				<div className={css.foot}><Link to={'/reminders' as never}>{t('own.all')}</Link></div>
			</Panel>
		</>
	);
}

import { Button, SegmentedControl } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconRefresh, IconSend } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api, once } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { ask } from '../base/ask';
import { ErrorSummary } from '../base/ErrorSummary';
import { formatCount, formatDateTime, formatPeriod, nextPeriod } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { EmptyState, Loaded } from '../base/States';
import type { Week as WeekAnswer, WeekItem } from './contract';
import css from './Discipline.module.css';
import { excludedOf, sortWeek } from './discipline';
import { OwnStanding } from './OwnStanding';
import { Places, useOversees } from './Parts';
import { Soon } from './Soon';
import { WeekGroups } from './WeekGroups';
import { WeekUnits } from './WeekUnits';

/** "Whom do I remind this week?"; for a unit: where it stands itself. */
export default function Week() {
	return useOversees() ? <Monday /> : <OwnStanding />;
}

export function useRenew() {
	const queries = useQueryClient();
	return () => Promise.all(['inspections', 'reminders', 'ladder', 'standing'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
}

function Monday() {
	const { t, language } = useTexts('discipline');
	const session = useSession();
	const url = useUrl();
	const asked = url.one('week');
	const renew = useRenew();
	const week = useQuery({ queryKey: ['inspections', asked], queryFn: () => answer(api.GET('/api/v1/inspections', { params: { query: { week: asked || undefined } } })) });
	const compute = useMutation({
		mutationFn: () => answer(api.POST('/api/v1/inspections', { params: { header: once() } })),
		onSuccess: async (data) => {
			await renew();
			void url.set({ week: undefined });
			await notify({ tone: 'good', text: t('week.computed', { count: data.reminders }) });
		},
	});
	const of = week.data;
	const by = url.one('by') === 'rule' || url.one('by') === 'day' ? url.one('by') as 'rule' | 'day' : 'unit';
	const name = of ? formatPeriod(of.week, language) : '';
	const title = of?.cutoff ? t(of.reminders ? 'week.title' : 'week.titleNone', { week: name, count: of.reminders, duties: formatCount(of.duties, language) }) : t('week.question');
	return (
		<Page
			title={title}
			lead={of?.cutoff ? t('week.lead', { at: formatDateTime(of.cutoff) }) : undefined}
			actions={
				<>
					{of && <Button variant="default" aria-label={t('week.before')} onClick={() => void url.set({ week: nextPeriod(of.week, -1) })}><IconChevronLeft size="1.125rem" aria-hidden /></Button>}
					{of && <Button variant="default" aria-label={t('week.after')} disabled={!asked} onClick={() => void url.set({ week: nextPeriod(of.week, 1) })}><IconChevronRight size="1.125rem" aria-hidden /></Button>}
					{may(session, 'create', 'reminder') && <Button variant="default" leftSection={<IconRefresh size="1.125rem" aria-hidden />} loading={compute.isPending} onClick={() => compute.mutate()}>{t('week.compute')}</Button>}
				</>
			}
		>
			<Places at="week" />
			<ErrorSummary error={compute.error} />
			<Loaded query={week} rows={10} isEmpty={(data) => data.items.length === 0} empty={<EmptyState title={t(of?.cutoff ? 'week.fine' : 'week.none', { week: name })} text={t(of?.cutoff ? 'week.fineText' : 'week.noneText')} />}>
				{(data) => (
					<>
						<SegmentedControl className={css.by} aria-label={t('week.by')} value={by} onChange={(to) => void url.set({ by: to === 'unit' ? undefined : to })} data={(['unit', 'rule', 'day'] as const).map((one) => ({ value: one, label: t(`week.by_${one}`) }))} />
						{by === 'unit' ? <Lists week={data} /> : <WeekGroups items={data.items} by={by} />}
					</>
				)}
			</Loaded>
			{!asked && <Soon />}
		</Page>
	);
}

function Lists({ week }: { week: WeekAnswer }) {
	const { t } = useTexts('discipline');
	const { chosen, out, issued, nothing } = sortWeek(week.items);
	const [leaving, setLeaving] = useState<ReadonlySet<string>>(new Set());
	const leave = (id: string, on: boolean) => setLeaving((was) => new Set(on ? [...was, id] : [...was].filter((one) => one !== id)));
	const excluded = excludedOf(week.items);
	return (
		<>
			{excluded.length > 0 && <p className={css.note}>{t('week.excluded')} {excluded.map(([reason, count]) => `${t(`excluded.${reason}`)} ${count}`).join(' · ')}</p>}
			{chosen.length + out.length > 0 && (
				<Panel flush title={t('week.toReview', { count: chosen.length + out.length })}>
					<WeekUnits items={[...chosen, ...out]} tick={{ leaving, leave }} />
				</Panel>
			)}
			{issued.length > 0 && <Panel flush title={t('week.issued', { count: issued.length })}><WeekUnits items={issued} /></Panel>}
			{nothing.length > 0 && (
				<Panel flush title={t('week.nothing', { count: nothing.length })}>
					<details className={css.more}><summary>{t('week.nothingShow')}</summary><WeekUnits items={nothing} /></details>
				</Panel>
			)}
			<IssueBar chosen={chosen.filter((item) => !leaving.has(item.id))} />
		</>
	);
}

/** One confirmation for all that are ticked: what nobody reviewed yet is reviewed by it. */
function IssueBar({ chosen }: { chosen: WeekItem[] }) {
	const { t } = useTexts('discipline');
	const { name } = useNames();
	const session = useSession();
	const renew = useRenew();
	const issue = useMutation({
		mutationFn: async () => {
			const drafts = chosen.filter((item) => item.state === 'draft').map((item) => ({ id: item.id, in: true }));
			if (drafts.length > 0) await answer(api.POST('/api/v1/inspections/review', { params: { header: once() }, body: { reminders: drafts } }));
			return answer(api.POST('/api/v1/reminders/issue', { params: { header: once() }, body: { reminders: chosen.map((item) => item.id) } }));
		},
		onSuccess: ({ items }) => notify({ tone: 'good', text: t('week.issuedNow', { count: items.length }) }),
		onSettled: renew,
	});
	if (!may(session, 'change', 'reminder') || (chosen.length === 0 && !issue.error)) return null;
	const steps = chosen.filter((item) => item.would_reach && item.would_reach.target !== 'unit');
	const confirm = async () => {
		const units = chosen.slice(0, 8).map((item) => name({ name_vi: item.unit_vi, name_en: item.unit_en })).join(', ');
		const text = [
			t('week.ask', { units: chosen.length > 8 ? t('week.andMore', { units, count: chosen.length - 8 }) : units }),
			steps.length > 0 ? t('week.askSteps', { count: steps.length }) : '', t('week.askAfter'),
		].filter(Boolean).join(' ');
		if (await ask({ title: t('week.askTitle', { count: chosen.length }), text, yes: t('week.issue', { count: chosen.length }) })) issue.mutate();
	};
	return (
		<div className={css.bar} role="region" aria-label={t('week.decide')}>
			<ErrorSummary error={issue.error} />
			{chosen.length > 0 && (
				<div className={css.row}>
					<Button leftSection={<IconSend size="1.125rem" aria-hidden />} loading={issue.isPending} onClick={() => void confirm()}>{t('week.issue', { count: chosen.length })}</Button>
					<Link to={`/reminders/${chosen[0]?.id}` as never}>{t('week.preview')}</Link>
				</div>
			)}
		</div>
	);
}

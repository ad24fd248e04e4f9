import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { answer, api } from '../app/api';
import type { JournalEntry } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { live, useConnection } from '../app/live';
import { useUrl } from '../app/url';
import { useAll } from '../base/Field';
import { formatDateTime } from '../base/format';
import { Page, Panel } from '../base/Page';
import { Age, StatusPill } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import { codeOf, nameOf } from '../base/UnitPicker';
import css from './operate.module.css';

/** Families of entries a person asks for; the server takes the part before the dot. */
const families = ['delivery', 'figure', 'approval', 'unit', 'indicator', 'account', 'session', 'api_token', 'pack', 'setting'];

/** What happened, newest first, growing while one looks. */
export default function Journal() {
	const { t } = useTexts('operate');
	const url = useUrl();
	const queries = useQueryClient();
	const connection = useConnection();
	const [fresh, setFresh] = useState(0);
	const kind = url.one('kind');
	const list = useInfiniteQuery({
		// Not under "journal": a person reading far down must not be thrown about by each new entry.
		queryKey: ['journal-page', kind],
		queryFn: ({ pageParam }) => answer(api.GET('/api/v1/journal', { params: { query: { backward: true, limit: 100, kind: kind ? `${kind}.` : undefined, after: pageParam || undefined } } })),
		initialPageParam: '',
		getNextPageParam: (page) => (page.more && page.next ? page.next : undefined),
	});
	const renew = () => {
		setFresh(0);
		return queries.resetQueries({ queryKey: ['journal-page'] });
	};
	useEffect(() => live().listen((event) => {
		if (kind && !event.kind.startsWith(`${kind}.`)) return;
		setFresh((n) => n + 1);
	}), [kind]);
	useEffect(() => {
		if (fresh === 0 || window.scrollY > 200) return;
		const timer = setTimeout(() => {
			setFresh(0);
			void queries.invalidateQueries({ queryKey: ['journal-page'] });
		}, 800);
		return () => clearTimeout(timer);
	}, [fresh, queries]);
	const entries = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
	return (
		<Page
			title={t('journal.title')} lead={t('journal.lead')}
			actions={
				<>
					<StatusPill tone={connection === 'live' ? 'good' : 'wait'}>{t(connection === 'live' ? 'journal.live' : 'journal.notLive')}</StatusPill>
					<NativeSelect aria-label={t('journal.kind')} value={kind} onChange={(event) => void url.set({ kind: event.currentTarget.value || undefined })} data={[{ value: '', label: t('journal.every') }, ...families.map((family) => ({ value: family, label: t(`subject.${family}`) }))]} />
				</>
			}
		>
			<div aria-live="polite">{fresh > 0 && <Button variant="light" onClick={() => void renew().then(() => scrollTo({ top: 0 }))}>{t('journal.fresh', { count: fresh })}</Button>}</div>
			<Panel flush>
				<Loaded query={list} isEmpty={() => entries.length === 0} empty={<EmptyState title={t('journal.none')} text={t('journal.noneText')} />}>
					{() => (
						<>
							<ol className={css.journal}>{entries.map((entry) => <Entry key={`${entry.server}/${entry.seq}`} entry={entry} />)}</ol>
							{list.hasNextPage && <div className={css.more}><Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('journal.older')}</Button></div>}
						</>
					)}
				</Loaded>
			</Panel>
		</Page>
	);
}

function Entry({ entry }: { entry: JournalEntry }) {
	const { t } = useTexts('operate');
	const what = useWhat(entry);
	return (
		<li>
			<details>
				<summary>
					<span className={css.when}><Age at={entry.at} /></span>
					<span className={css.what}>{what}</span>
					<span className={css.place}>{entry.server}:{entry.seq}</span>
				</summary>
				<dl className={css.proof}>
					<div><dt>{t('journal.at')}</dt><dd>{formatDateTime(entry.at, true)}</dd></div>
					<div><dt>{t('journal.entryKind')}</dt><dd className="mono">{entry.kind}</dd></div>
					<div><dt>{t('journal.hash')}</dt><dd className="mono">{entry.hash}</dd></div>
					<div><dt>{t('journal.data')}</dt><dd><pre tabIndex={0}>{JSON.stringify(entry.data ?? {}, null, 2)}</pre></dd></div>
				</dl>
			</details>
		</li>
	);
}

/** One sentence from an entry: what was done to what, and whose it is. */
function useWhat(entry: JournalEntry): string {
	const { t } = useTexts('operate');
	const { name } = useNames();
	const units = useAll('units');
	const [subject = '', verb = ''] = entry.kind.split('.');
	const unit = units.data?.find((row) => row.id === entry.unit);
	const data = entry.data ?? {};
	const code = [data.code, data.login, data.name, data.filename].find((value): value is string => typeof value === 'string');
	const thing = t(`subject.${subject}`, { defaultValue: subject });
	const done = t(`done.${verb}`, { defaultValue: verb });
	return [`${thing} ${done}`, code, unit ? nameOf(unit, name) : undefined].filter((part) => part && part !== (unit && codeOf(unit))).join(' · ');
}

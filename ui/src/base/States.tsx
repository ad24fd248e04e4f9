/* What a screen shows when it has no content to show: nothing there, waiting, failed, refused, too old. */
import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconAlertTriangle, IconCloudOff, IconHelpHexagon, IconInbox, IconLock, type Icon } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiProblem, Unreachable } from '../app/api';
import { useTexts } from '../app/i18n';
import { formatTime } from './format';
import css from './States.module.css';

const icons: Record<'empty' | 'failed' | 'forbidden' | 'offline' | 'lost', Icon> = {
	empty: IconInbox, failed: IconAlertTriangle, forbidden: IconLock, offline: IconCloudOff, lost: IconHelpHexagon,
};

export function State({ icon, title, text, children, role }: {
	icon: keyof typeof icons; title: string; text?: ReactNode; children?: ReactNode; role?: 'alert' | 'status';
}) {
	const Picture = icons[icon];
	return (
		<section className={css.state} role={role} data-kind={icon}>
			<Picture size="2.5rem" stroke={1.3} aria-hidden />
			<h2>{title}</h2>
			{text && <p>{text}</p>}
			{children && <div className={css.next}>{children}</div>}
		</section>
	);
}

/** Nothing here yet: says what to do next. */
export function EmptyState({ title, text, children }: { title: string; text?: ReactNode; children?: ReactNode }) {
	return <State icon="empty" title={title} text={text}>{children}</State>;
}

export function Forbidden({ detail }: { detail?: string }) {
	const { t } = useTexts('base');
	return (
		<State icon="forbidden" title={t('forbidden.title')} text={detail ?? t('forbidden.text')}>
			<Link to="/">{t('forbidden.home')}</Link>
		</State>
	);
}

/** What happened, what is safe, what to do. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
	const { t } = useTexts('base');
	if (error instanceof ApiProblem && error.status === 403) return <Forbidden detail={error.problem.detail} />;
	const again = retry && <Button variant="default" onClick={retry}>{t('failed.retry')}</Button>;
	if (error instanceof Unreachable)
		return <State icon="offline" role="alert" title={t('unreachable.title')} text={t('unreachable.text')}>{again}</State>;
	if (error instanceof ApiProblem && error.status === 404)
		return <State icon="lost" role="alert" title={t('missing.title')} text={error.problem.detail ?? t('missing.text')} />;
	const problem = error instanceof ApiProblem ? error.problem : null;
	return (
		<State icon="failed" role="alert" title={t('failed.title')} text={problem ? problem.detail ?? problem.title : t('failed.text')}>
			{problem?.request && <p className="dim mono">{t('failed.request', { id: problem.request })}</p>}
			{again}
		</State>
	);
}

/** A calm outline of what is coming; it says so in words only when the wait gets long. */
export function Loading({ rows = 6 }: { rows?: number }) {
	const { t } = useTexts('base');
	const [long, setLong] = useState(false);
	useEffect(() => {
		const timer = setTimeout(() => setLong(true), 4000);
		return () => clearTimeout(timer);
	}, []);
	return (
		<div className={css.loading} role="status" aria-busy="true">
			<span className="sr">{t('loading')}</span>
			{Array.from({ length: rows }, (_, i) => <i key={i} aria-hidden style={{ width: `${92 - ((i * 37) % 40)}%` }} />)}
			{long && <p className="dim">{t('loadingLong')}</p>}
		</div>
	);
}

/** Content that is older than it should be, because a newer answer did not come. */
export function Stale({ at }: { at: number }) {
	const { t } = useTexts('base');
	return <p className={css.stale} role="status">{t('stale', { time: formatTime(at) })}</p>;
}

/** The life of one answer: loading → content | empty | failed; a failed refresh keeps the content and says its age. */
export function Loaded<T>({ query, children, empty, isEmpty, rows }: {
	query: UseQueryResult<T>; children: (data: T) => ReactNode; empty?: ReactNode; isEmpty?: (data: T) => boolean; rows?: number;
}) {
	if (query.data === undefined)
		return query.isError ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Loading rows={rows} />;
	return (
		<>
			{query.isError && <Stale at={query.dataUpdatedAt} />}
			{empty && isEmpty?.(query.data) ? empty : children(query.data)}
		</>
	);
}

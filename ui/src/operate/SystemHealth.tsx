import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import type { HealthDetail } from '../app/contract';
import { useTexts } from '../app/i18n';
import { formatBytes, formatCount, formatDateTime, formatTime } from '../base/format';
import { Page, Panel } from '../base/Page';
import { Facts, StatusPill, Tile } from '../base/small';
import { Loaded } from '../base/States';
import css from './operate.module.css';

/** Is the centre well, and what would fail next? */
export default function SystemHealth() {
	const { t } = useTexts('operate');
	const health = useQuery({ queryKey: ['health'], queryFn: () => answer(api.GET('/health/detail')), refetchInterval: 10_000 });
	const well = health.data?.status === 'ok';
	return (
		<Page
			title={health.data ? t(well ? 'system.well' : 'system.ill') : t('system.title')}
			lead={health.data && t('system.asOf', { time: formatTime(health.data.now, true), version: health.data.version })}
		>
			<Loaded query={health}>{(data) => <Detail health={data} />}</Loaded>
		</Page>
	);
}

function Detail({ health }: { health: HealthDetail }) {
	const { t, language } = useTexts('operate');
	const disk = health.disk;
	const free = disk ? disk.free_bytes / Math.max(1, disk.total_bytes) : 1;
	const count = (name: string) => formatCount(health.server[name] ?? 0, language);
	return (
		<>
			{health.status !== 'ok' && <Panel title={t('system.what')}><p style={{ margin: 0 }}><StatusPill tone="hand">{t('system.degraded')}</StatusPill> {health.reason}</p></Panel>}
			<div className={css.tiles}>
				<Tile value={count('requests_under_way')} text={t('system.underWay')} />
				<Tile value={count('requests_waiting')} text={t('system.waiting')} />
				<Tile value={count('jobs_waiting')} text={t('system.jobs')} />
				<Tile value={count('streams')} text={t('system.streams')} />
			</div>
			{disk && (
				<Panel title={t('system.disk')}>
					<p style={{ margin: '0 0 0.5rem' }}>{t('system.free', { free: formatBytes(disk.free_bytes, language), total: formatBytes(disk.total_bytes, language) })} {free < 0.1 && <StatusPill tone="hand">{t('system.diskLow')}</StatusPill>}</p>
					<progress className={css.bar} max={disk.total_bytes} value={disk.total_bytes - disk.free_bytes} aria-label={t('system.disk')} />
				</Panel>
			)}
			<Panel title={t('system.server')}>
				<Facts items={[
					[t('system.version'), health.version], [t('system.store'), health.store], [t('system.number'), count('number')], [t('system.connections'), count('connections')],
					[t('system.bodies'), formatBytes(health.server.body_bytes ?? 0, language)], [t('system.journal'), <span key="journal" className="mono">{health.journal ?? '–'}</span>], [t('system.now'), formatDateTime(health.now, true)],
				]} />
			</Panel>
		</>
	);
}

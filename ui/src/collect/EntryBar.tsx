import { Button } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useTexts } from '../app/i18n';
import { formatTime } from '../base/format';
import css from './Entry.module.css';
import type { Counts } from './grid';
import type { Saving } from './useGrid';

/** How far the work is, whether it is safe, and the one thing to press. */
export function EntryBar({ counts, saving, busy, checkError, submit }: { counts: Counts; saving: Saving; busy: boolean; checkError: unknown; submit: () => void }) {
	const { t } = useTexts('collect');
	const saved = saving.state === 'saving' ? t('bar.saving')
		: saving.state === 'device' ? t('bar.device', { count: saving.left })
			: saving.at !== null ? t('bar.saved', { time: formatTime(saving.at) }) : null;
	return (
		<div className={css.bar} role="region" aria-label={t('bar.label')}>
			<p aria-live="polite">
				<strong>{t('bar.done', { done: counts.done, all: counts.all })}</strong>
				{counts.explain > 0 && <span data-tone="wait">{t('bar.explain', { count: counts.explain })}</span>}
				{counts.refused > 0 && <span data-tone="hand">{t('bar.refused', { count: counts.refused })}</span>}
				{saved && <span data-tone={saving.state === 'device' ? 'wait' : undefined}>{saved}</span>}
				{checkError !== null && <span data-tone="wait">{t('bar.unchecked')}</span>}
			</p>
			<Button leftSection={<IconSend size="1.125rem" aria-hidden />} onClick={submit} loading={busy} disabled={counts.sendable === 0} aria-keyshortcuts="Control+Enter">
				{counts.sendable > 0 ? t('bar.submit', { count: counts.sendable }) : t('bar.submitNone')}
			</Button>
		</div>
	);
}

import 'dayjs/locale/vi';
import '@mantine/dates/styles.layer.css';
import { DateInput } from '@mantine/dates';
import type { ReactNode } from 'react';
import { useTexts } from '../app/i18n';

/** "22/11/2026", "22-11-2026", "2026-11-22" → "2026-11-22"; null: no such day. */
export function readDate(text: string): string | null {
	const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.trim());
	const ours = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text.trim());
	const [y, m, d] = iso ? iso.slice(1) : ours ? [ours[3], ours[2], ours[1]] : [];
	if (!y || !m || !d) return null;
	const date = `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`;
	const at = new Date(`${date}T00:00:00Z`);
	return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== date ? null : date;
}

/** A day, typed or picked; the same order of day and month on every device. */
export function DateField({ value, onChange, ...rest }: {
	value: string | null; onChange: (date: string | null) => void; id?: string; label?: ReactNode; description?: ReactNode; error?: ReactNode;
	disabled?: boolean; required?: boolean; placeholder?: string; 'aria-label'?: string;
}) {
	const { t, language } = useTexts('base');
	return (
		<DateInput
			{...rest} value={value} onChange={onChange} locale={language} valueFormat="DD/MM/YYYY" dateParser={readDate} clearable firstDayOfWeek={1}
			placeholder={rest.placeholder ?? t('field.date')} clearButtonProps={{ 'aria-label': t('field.clear') }}
			previousLabel={t('field.before')} nextLabel={t('field.after')}
		/>
	);
}

import { ActionIcon, Group, NativeSelect } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTexts } from '../app/i18n';
import { formatPeriod, nextPeriod, periodKind } from './format';

/** One period: an arrow back, an arrow forward, and the last `reach` ones to choose from. */
export function PeriodPicker({ value, onChange, latest, reach = 24, label }: {
	value: string; onChange: (period: string) => void; latest: string; reach?: number; label: string;
}) {
	const { t, language } = useTexts('base');
	const choices = Array.from({ length: reach }, (_, i) => nextPeriod(latest, -i));
	if (periodKind(value) && !choices.includes(value)) choices.push(value);
	return (
		<Group gap="0.25rem" wrap="nowrap" role="group" aria-label={label}>
			<ActionIcon variant="default" size="input-sm" onClick={() => onChange(nextPeriod(value, -1))} aria-label={t('period.before')}><IconChevronLeft size="1.125rem" /></ActionIcon>
			<NativeSelect
				aria-label={label}
				value={value}
				onChange={(event) => onChange(event.currentTarget.value)}
				data={choices.map((period) => ({ value: period, label: formatPeriod(period, language) }))}
			/>
			<ActionIcon variant="default" size="input-sm" disabled={value >= latest} onClick={() => onChange(nextPeriod(value, 1))} aria-label={t('period.after')}><IconChevronRight size="1.125rem" /></ActionIcon>
		</Group>
	);
}

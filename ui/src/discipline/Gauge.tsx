import { useNames, useTexts } from '../app/i18n';
import type { Step } from './contract';
import css from './Discipline.module.css';

/** Reminders of a unit as filled cells, with a line before the cell that reaches a step. */
export function Gauge({ count, steps }: { count: number; steps: Step[] }) {
	const { t } = useTexts('discipline');
	const { name } = useNames();
	const length = Math.max(count, ...steps.map((step) => step.reminders), 1);
	const text = t('ladder.gauge', { count, of: steps.map((step) => step.reminders).join(', ') });
	return (
		<span className={css.gauge} role="img" aria-label={text} title={steps.map((step) => `${step.reminders}: ${name(step)}`).join('\n')}>
			{Array.from({ length }, (_, i) => {
				const step = steps.find((one) => one.reminders === i + 1);
				return <i key={i} data-on={i < count || undefined} data-step={step && step.target !== 'unit' ? true : undefined}>{step && step.target !== 'unit' ? step.reminders : ''}</i>;
			})}
		</span>
	);
}

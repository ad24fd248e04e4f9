import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { Loaded } from '../base/States';
import type { Template } from './contract';
import css from './report.module.css';

/** Something to begin with. */
export function Templates({ onChoose }: { onChoose: (template: Template | null) => void }) {
	const { t } = useTexts('report');
	const { name, label } = useNames();
	const templates = useQuery({ queryKey: ['reports', 'templates'], queryFn: async () => (await answer(api.GET('/api/v1/report-templates'))).items, staleTime: Number.POSITIVE_INFINITY });
	return (
		<Loaded query={templates} rows={3}>
			{(items) => (
				<ul className={css.templates}>
					{items.map((template) => (
						<li key={template.template}>
							<h2>{name(template)}</h2>
							<p>{label({ vi: template.about_vi, en: template.about_en })}</p>
							<Button variant="default" onClick={() => onChoose(template)} aria-label={t('edit.useName', { name: name(template) })}>{t('edit.use')}</Button>
						</li>
					))}
					<li>
						<h2>{t('edit.blank')}</h2>
						<p>{t('edit.blankText')}</p>
						<Button variant="default" onClick={() => onChoose(null)} aria-label={t('edit.useName', { name: t('edit.blank') })}>{t('edit.use')}</Button>
					</li>
				</ul>
			)}
		</Loaded>
	);
}

import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../app/api';
import { useTexts } from '../app/i18n';
import { useSession } from '../app/session';
import { ErrorSummary } from '../base/ErrorSummary';
import { dayOf, nextPeriod, periodKind, type PeriodKind, periodOf } from '../base/format';
import { Panel } from '../base/Page';
import { PeriodPicker } from '../base/PeriodPicker';
import { Loading } from '../base/States';
import type { Values } from '../registry/records';
import type { Content } from './contract';
import css from './report.module.css';

function usePreview(values: Values, period: string, ready: boolean) {
	const body = { unit: String(values.unit ?? ''), name: String((values.language === 'en' ? values.name_en : values.name_vi) ?? ''), language: String(values.language ?? 'vi'), period, content: values.content as Content };
	return useQuery({
		queryKey: ['reports', 'preview', JSON.stringify(body)],
		queryFn: () => answer(api.POST('/api/v1/report-preview', { body, parseAs: 'text' })),
		enabled: ready && body.unit !== '',
		retry: false,
		placeholderData: (old) => old,
	});
}

/** The page as it would be, with the figures that the writer may see; it follows what is typed. */
export function PreviewPanel({ values }: { values: Values }) {
	const { t } = useTexts('report');
	const session = useSession();
	const kind = (values.period ?? 'monthly') as PeriodKind;
	const latest = periodOf(kind, dayOf(session.now));
	const [chosen, setChosen] = useState('');
	const period = periodKind(chosen) === kind ? chosen : nextPeriod(latest, -1);
	const [settled] = useDebouncedValue(values, 600);
	const preview = usePreview(settled, period, true);
	return (
		<div className={css.preview}>
			<Panel title={t('preview.title')} actions={<PeriodPicker label={t('page.period')} value={period} latest={latest} onChange={setChosen} />}>
				{!settled.unit && <p className="dim">{t('preview.unit')}</p>}
				{preview.isError && <ErrorSummary error={preview.error} />}
				{preview.isFetching && preview.data === undefined && <Loading rows={5} />}
				{preview.data !== undefined && !preview.isError && <iframe className={css.paper} title={t('preview.frame')} sandbox="allow-same-origin" srcDoc={preview.data} aria-busy={preview.isFetching} />}
			</Panel>
		</div>
	);
}

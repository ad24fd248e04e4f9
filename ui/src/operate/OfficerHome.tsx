import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconDownload, IconTable, IconUpload } from '@tabler/icons-react';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, unitsOf, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { addDays, dayOf } from '../base/format';
import { Page } from '../base/Page';
import { EmptyState, Loaded } from '../base/States';
import { ConsultLine } from './ConsultLine';
import { NudgeLine } from './NudgeLine';
import { OwedList } from './OwedList';
import { StandingLine } from './StandingLine';

/** "What do I owe, and until when?" */
export function OfficerHome() {
	const { t } = useTexts('operate');
	const { name } = useNames();
	const session = useSession();
	const units = unitsOf(session);
	const url = useUrl();
	const unit = url.one('unit') || units[0]?.code || '';
	const today = dayOf(session.now);
	const owed = useQuery({
		queryKey: ['owed', unit, today],
		queryFn: () => answer(api.GET('/api/v1/owed', { params: { query: { unit, from: addDays(today, -45), to: addDays(today, 14) } } })),
		enabled: unit !== '',
	});
	const nudges = useQuery({ queryKey: ['nudges', unit], queryFn: () => answer(api.GET('/api/v1/nudges', { params: { query: { unit } } })), enabled: unit !== '' && may(session, 'read', 'nudge') });
	if (unit === '') return <EmptyState title={t('officer.noUnit')} text={t('officer.noUnitText')} />;
	const left = (owed.data?.summary.due ?? 0) + (owed.data?.summary.late ?? 0);
	const title = name(units.find((mine) => mine.code === unit) ?? { code: unit });
	return (
		<Page
			title={owed.data ? t(left ? 'officer.title' : 'officer.titleNone', { unit: title, count: left }) : title}
			lead={owed.data && owed.data.summary.late > 0 ? t('officer.late', { count: owed.data.summary.late }) : t('officer.lead')}
			actions={
				<>
					{units.length > 1 && <NativeSelect aria-label={t('officer.unit')} value={unit} onChange={(event) => void url.set({ unit: event.currentTarget.value })} data={units.map((mine) => ({ value: mine.code, label: name(mine) }))} />}
					<Button component="a" variant="default" href={`/api/v1/template.xlsx?unit=${encodeURIComponent(unit)}`} leftSection={<IconDownload size="1.125rem" />}>{t('officer.template')}</Button>
					<Button component={Link} variant="default" to={'/upload' as never} leftSection={<IconUpload size="1.125rem" />}>{t('officer.upload')}</Button>
					<Button component={Link} to={`/entry?unit=${encodeURIComponent(unit)}` as never} leftSection={<IconTable size="1.125rem" />}>{t('officer.grid')}</Button>
				</>
			}
		>
			<StandingLine unit={unit} />
			<ConsultLine />
			<NudgeLine nudges={nudges.data?.items ?? []} />
			<Loaded query={owed} isEmpty={(data) => data.items.length === 0} empty={<EmptyState title={t('officer.empty')} text={t('officer.emptyText')} />}>
				{(data) => <OwedList key={unit} owed={data} asOf={owed.dataUpdatedAt} unit={unit} today={today} nudges={nudges.data?.items} />}
			</Loaded>
		</Page>
	);
}

import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconBellPlus } from '@tabler/icons-react';
import { answer, api, once } from '../app/api';
import { useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { ask } from '../base/ask';
import { dayOf, formatTime } from '../base/format';
import { notify } from '../base/notify';

export interface Due { duty: string; unit: string | null; nudged: string | null }

/** A nudge about what is due soon, for who may give one; what was nudged today is left alone. */
export function NudgeButton({ due, name }: { due: Due[]; name: string }) {
	const { t } = useTexts('discipline');
	const session = useSession();
	const queries = useQueryClient();
	const today = dayOf(session.now);
	const left = due.filter((one) => one.nudged === null || dayOf(one.nudged) < today);
	const units = new Set(left.map((one) => one.unit)).size;
	const send = useMutation({
		mutationFn: (duties: string[]) => answer(api.POST('/api/v1/nudges', { params: { header: once() }, body: { duties } })),
		onSuccess: (told) => {
			for (const key of ['predictions', 'duties', 'nudges']) void queries.invalidateQueries({ queryKey: [key] });
			return notify({ tone: told.nudged > 0 ? 'good' : 'plain', text: told.nudged > 0 ? t('nudge.done', { count: told.nudged }) : t('nudge.nothing') });
		},
	});
	if (due.length === 0 || !may(session, 'create', 'nudge')) return null;
	const last = due.map((one) => one.nudged ?? '').sort().at(-1) ?? '';
	if (left.length === 0) return <span className="dim">{t('nudge.today', { time: formatTime(last) })}</span>;
	const press = async () => {
		if (units > 1 && !(await ask({ title: t('nudge.askTitle', { count: units }), text: t('nudge.ask', { count: left.length }), yes: t('nudge.send') }))) return;
		send.mutate(left.slice(0, most).map((one) => one.duty));
	};
	return <Button variant="default" size="compact-md" leftSection={<IconBellPlus size="1rem" aria-hidden />} loading={send.isPending} aria-label={t('nudge.sendTo', { name })} onClick={() => void press()}>{t('nudge.send')}</Button>;
}

/** The server takes so many at once. */
const most = 500;

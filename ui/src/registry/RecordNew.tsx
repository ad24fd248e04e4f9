import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useRef } from 'react';
import { once } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { Forbidden, Loaded } from '../base/States';
import { codeOf } from '../base/UnitPicker';
import { RecordForm } from './RecordForm';
import { descriptionQuery, useRecordChanges } from './records';

export default function RecordNew() {
	const { t } = useTexts('registry');
	const { label } = useNames();
	const session = useSession();
	const navigate = useNavigate();
	const { kind = '' } = useParams({ strict: false }) as { kind?: string };
	const description = useQuery(descriptionQuery(kind));
	const { create } = useRecordChanges(kind);
	const key = useRef(once());
	return (
		<Loaded query={description}>
			{(what) => !may(session, 'create', what.kind) ? <Forbidden /> : (
				<Page title={t('new.title', { kind: label(what.label).toLocaleLowerCase() })} crumbs={[{ text: t('kinds.title'), to: '/registry' }, { text: label(what.plural), to: `/registry/${kind}` }]}>
					<Panel>
						<RecordForm
							description={what} busy={create.isPending} error={create.error}
							onCancel={() => void navigate({ to: `/registry/${kind}` as never })}
							onSave={(values) => create.mutate({ values, key: key.current }, {
								onSuccess: (row) => {
									void notify({ text: t('one.saved') });
									void navigate({ to: `/registry/${kind}/${encodeURIComponent(codeOf(row))}` as never, ignoreBlocker: true });
								},
								// A refusal is an answer: what is sent after mending it is another wish.
								onError: () => {
									key.current = once();
								},
							})}
						/>
					</Panel>
				</Page>
			)}
		</Loaded>
	);
}

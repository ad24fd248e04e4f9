import { ActionIcon, Button, Menu, MultiSelect } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import { useTexts } from '../app/i18n';
import { Field } from '../base/Field';
import { Panel } from '../base/Page';
import type { Content, Part, Section, SectionKind } from './contract';
import css from './report.module.css';
import { columns, fieldOf, headParts, kinds, membersOf, moved, newSection, shown, signParts, taken } from './sections';

/** What stands in a report, piece by piece. */
export function ContentEditor({ content, onChange }: { content: Content; onChange: (content: Content) => void }) {
	const { t } = useTexts('report');
	const setSections = (sections: Section[]) => onChange({ ...content, sections });
	return (
		<>
			<PartEditor title={t('edit.head')} text={t('edit.headText')} kind="head" members={headParts} part={content.head ?? {}} onChange={(head) => onChange({ ...content, head })} />
			<Panel title={t('edit.content')}>
				<p className="dim">{t('edit.blanks')}</p>
				<ol className={css.sections}>
					{content.sections.map((section, i) => (
						// A section has no name of its own: its place is what it is known by.
						<li key={i}>
							<SectionEditor section={section} index={i} count={content.sections.length}
								onChange={(next) => setSections(content.sections.map((old, k) => (k === i ? next : old)))}
								onMove={(by) => setSections(moved(content.sections, i, by))}
								onRemove={() => setSections(content.sections.filter((_, k) => k !== i))} />
						</li>
					))}
				</ol>
				<Menu position="bottom-start">
					<Menu.Target><Button variant="default">{t('edit.add')}</Button></Menu.Target>
					<Menu.Dropdown>
						{kinds.map((kind) => <Menu.Item key={kind} onClick={() => setSections([...content.sections, newSection(kind)])}>{t(`kind.${kind}`)}</Menu.Item>)}
					</Menu.Dropdown>
				</Menu>
			</Panel>
			<PartEditor title={t('edit.sign')} text={t('edit.signText')} kind="sign" members={signParts} part={content.sign ?? {}} onChange={(sign) => onChange({ ...content, sign })} />
		</>
	);
}

function SectionEditor({ section, index, count, onChange, onMove, onRemove }: {
	section: Section; index: number; count: number; onChange: (section: Section) => void; onMove: (by: -1 | 1) => void; onRemove: () => void;
}) {
	const { t } = useTexts('report');
	const n = index + 1;
	return (
		<fieldset className={css.section}>
			<legend>{n}. {t(`kind.${section.kind}`)}</legend>
			<div className={css.tools}>
				<ActionIcon variant="subtle" disabled={index === 0} onClick={() => onMove(-1)} aria-label={t('edit.up', { n })}><IconArrowUp size="1.125rem" /></ActionIcon>
				<ActionIcon variant="subtle" disabled={n === count} onClick={() => onMove(1)} aria-label={t('edit.down', { n })}><IconArrowDown size="1.125rem" /></ActionIcon>
				<ActionIcon variant="subtle" disabled={count === 1} onClick={onRemove} aria-label={t('edit.removeSection', { n })}><IconTrash size="1.125rem" /></ActionIcon>
			</div>
			<Members kind={section.kind} at={`s${index}`} members={membersOf(section)} part={section} onChange={(part) => onChange({ ...part, kind: section.kind })} />
		</fieldset>
	);
}

function PartEditor({ title, text, kind, members, part, onChange }: { title: string; text: string; kind: 'head' | 'sign'; members: string[]; part: Part; onChange: (part: Part) => void }) {
	return (
		<Panel title={title}>
			<p className="dim">{text}</p>
			<Members kind={kind} at={kind} members={members} part={part} onChange={onChange} />
		</Panel>
	);
}

function Members({ kind, at, members, part, onChange }: { kind: SectionKind | 'head' | 'sign'; at: string; members: string[]; part: Part; onChange: (part: Part) => void }) {
	const { t } = useTexts('report');
	return (
		<div className={css.members}>
			{members.map((member) => {
				const set = (value: unknown) => onChange({ ...part, [member]: taken(member, value) });
				if (member === 'columns')
					return <MultiSelect key={member} label={t('member.columns')} data={columns.map((column) => ({ value: column, label: t(`column.${column}`) }))} value={Array.isArray(part.columns) ? part.columns.map(String) : []} onChange={set} />;
				return <Field key={member} field={fieldOf(kind, member, at, t)} value={shown(member, part[member])} onChange={set} />;
			})}
		</div>
	);
}

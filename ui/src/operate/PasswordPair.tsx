import { PasswordInput } from '@mantine/core';
import { useTexts } from '../app/i18n';

export interface Pair { password: string; again: string }
export const passwordLeast = 10;

export function passwordReady(pair: Pair): boolean {
	return [...pair.password].length >= passwordLeast && pair.password === pair.again;
}

/** A new password, typed twice. */
export function PasswordPair({ value, onChange }: { value: Pair; onChange: (pair: Pair) => void }) {
	const { t } = useTexts('operate');
	const length = [...value.password].length;
	const show = { 'aria-label': t('signIn.show') };
	return (
		<>
			<PasswordInput id="field-password" label={t('password.new')} description={t('password.rule', { count: passwordLeast })} size="md" autoComplete="new-password" required withAsterisk={false}
				value={value.password} onChange={(event) => onChange({ ...value, password: event.currentTarget.value })} visibilityToggleButtonProps={show}
				error={length > 0 && length < passwordLeast ? t('password.short', { count: passwordLeast - length }) : undefined} />
			<PasswordInput label={t('password.again')} size="md" autoComplete="new-password" required withAsterisk={false} value={value.again}
				onChange={(event) => onChange({ ...value, again: event.currentTarget.value })} visibilityToggleButtonProps={show}
				error={value.again !== '' && value.again !== value.password ? t('password.differ') : undefined} />
		</>
	);
}

import { formatDecimal, type Language } from '../base/format';

export const points = (score: number | null, language: Language) => (score === null ? '–' : formatDecimal(score.toFixed(1), language));

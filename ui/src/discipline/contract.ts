/* The week's inspection, reminders, the ladder and the month's end, as the server describes them. */
import type { Answer, Shapes } from '../app/contract';

export type ReminderState = Shapes['reminder_state'];
export type Act = Shapes['act'];
/** A duty that a reminder rests on, or that was not counted and why. */
export type Evidence = Shapes['evidence'];
export type Reminder = Shapes['reminder'];
export type ReminderPage = Shapes['reminder_page'];
export type Step = Shapes['step'];
export type WeekItem = Shapes['week_item'];
export type Week = Shapes['week'];

export type Prediction = Shapes['prediction'];
/** score: how the same predictions would have fared in the last `days`: of `flagged` ones `flagged_late` were late;
 * reliability: what was said and what came of it, in thousandths, empty when there was not `enough` history. */
export type Predictions = Answer<'/api/v1/predictions'>;

export type Duty = Shapes['duty'];
export type Duties = Answer<'/api/v1/duties'>;

export type Reached = Shapes['reached'];
export type Dot = Standing['reminders'][number];
export type Standing = Shapes['standing'];
export type Ladder = Answer<'/api/v1/ladder'>;
export type OwnStanding = Answer<'/api/v1/standing'>;

export type MonthHead = Shapes['month_head'];
export type MonthUnit = Shapes['month_unit'];
export type MonthDuty = Shapes['month_duty'];
export type Month = Answer<'/api/v1/violations/month'>;

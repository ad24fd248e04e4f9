/* statistics.h - what two series have to do with each other, and what one is made of.  Numbers are
 * doubles: these are estimates, never official figures.  NAN: no value.  Methods:
 *
 * Correlation with lag.  Pearson's r of x[t] and y[t + lag] over the t where both have a value; it wants
 * CORRELATION_PAIRS pairs and variance in both.  Beside it the 95 % interval by Fisher's z (R. A. Fisher,
 * "On the 'probable error' of a coefficient of correlation", Metron 1, 1921): atanh r ± 1.96 / √(n − 3).
 * Series that both grow correlate for that alone: `differences` correlates the changes instead.
 *
 * Seasonal decomposition.  Classical, additive (Macaulay's ratio-to-trend with differences, as in
 * R. J. Hyndman and G. Athanasopoulos, "Forecasting: Principles and Practice", 3rd ed., § 3.4): trend =
 * centred moving average of one season (2 × m for an even m); seasonal = mean of what is left by place in
 * the season, brought to sum zero; remainder = the rest.  It wants two whole seasons; gaps of at most
 * GAP_MAX are bridged by a straight line and marked, longer ones are refused. */
#pragma once
#include "base/arena.h"

#define CORRELATION_PAIRS 8
#define GAP_MAX 2

struct correlation {
	int lag;
	size_t n;	     /* pairs */
	double r, low, high; /* NAN: cannot be told */
};
/* One for each lag of [-max, max], in ret[0 .. 2 max]. */
void correlate(const double *x, const double *y, size_t n, int max, bool differences,
	       struct correlation *ret);

struct decomposition {
	double *trend, *seasonal, *remainder; /* n each; the ends of trend and remainder are NAN */
	bool *bridged;			      /* n: had no value and was given one */
	double strength; /* of the season, 0..1: 1 − Var(remainder) / Var(seasonal + remainder) */
};
/* ERR_INVALID says what is missing. */
MUST_USE enum err decompose(const double *x, size_t n, size_t season, struct arena *a,
			    struct decomposition *ret, struct why *why);

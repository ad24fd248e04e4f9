/* testing.h - what every unit test includes: cmocka after base.h, without the clash over the name
 * fail(), and asserts for our own types. */
#pragma once
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#undef fail
#include <cmocka.h>

/* The call must succeed; otherwise its reason is shown.  `reason` is a struct why. */
#define assert_ok(call, reason)                                                                    \
	do {                                                                                       \
		enum err rc_ = (call);                                                             \
		if (rc_ != OK)                                                                     \
			fail_msg("%s: %s %s [%s:%d]", err_slug(rc_), (reason).text, (reason).at,   \
				 (reason).file, (reason).line);                                    \
	} while (0)
#define assert_err(call, code) assert_string_equal(err_slug(call), err_slug(code))
/* A struct str against a C string. */
#define assert_str(s, expected)                                                                    \
	do {                                                                                       \
		struct str s_ = (s);                                                               \
		if (!str_is(s_, (expected)))                                                       \
			fail_msg("\"" STR_FMT "\" is not \"%s\"", STR_ARG(s_), (expected));        \
	} while (0)

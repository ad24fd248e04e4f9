/* throttle.h - back-off of sign-ins: counts failures for each login and each address, in a table of
 * fixed size that forgets the least recent.  Names are hashed with a key of this process, so that
 * nobody can aim at another one's slot.  Thread-safe. */
#pragma once
#include "base/base.h"

struct throttle;
struct throttle *throttle_new(void);
void throttle_free(struct throttle *t);
DEFINE_AUTO(throttle_free, struct throttle *)

enum throttle_kind { THROTTLE_LOGIN, THROTTLE_ADDRESS };
/* Begin a try: counted as failed until throttle_forgive(), so that tries made at the same time
 * count too.  Returns 0, or how long to wait; then nothing was counted. */
usec throttle_try(struct throttle *t, enum throttle_kind kind, struct str name, usec now);
/* The try was good: a login starts anew, an address gets this one try back. */
void throttle_forgive(struct throttle *t, enum throttle_kind kind, struct str name);

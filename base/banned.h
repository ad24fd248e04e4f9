/* banned.h - functions nobody here may call: they overflow, share state between threads or hide
 * errors.  A call names, in the compiler's error, what to use instead.  The system's headers come
 * first, so that their own declarations stay untouched. */
#pragma once
#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Some are macros already where the library checks bounds. */
#undef alloca
#undef sprintf
#undef strcat
#undef strcpy
#undef strncpy
#undef vsprintf

#define strcpy(...) strcpy_is_banned_use_arena_cstr
#define strcat(...) strcat_is_banned_use_struct_buf
#define strncpy(...) strncpy_is_banned_use_arena_cstr
#define sprintf(...) sprintf_is_banned_use_snprintf_or_buf_printf
#define vsprintf(...) vsprintf_is_banned_use_vsnprintf
#define strtok(...) strtok_is_banned_use_str_until
#define atoi(...) atoi_is_banned_use_str_int
#define strtol(...) strtol_is_banned_use_str_int
#define gmtime(...) gmtime_is_banned_use_base_clock
#define localtime(...) localtime_is_banned_use_base_clock
#define gets(...) gets_is_banned_use_fgets
#define scanf(...) scanf_is_banned_use_str_int
#define alloca(...) alloca_is_banned_use_an_arena
#define system(...) system_is_banned_use_the_worker
#define popen(...) popen_is_banned_use_the_worker

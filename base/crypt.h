/* crypt.h - hashes, secrets, signatures: libsodium's (and GnuTLS's SHA-1), behind our names. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

#define HASH_BYTES 32
struct hash {
	unsigned char bytes[HASH_BYTES];
};
struct hash_state;     /* SHA-256 of pieces */
void crypt_init(void); /* once per process, before anything else here */
struct hash crypt_sha256(struct str data);
struct hash_state *hash_new(struct arena *a);
void hash_add(struct hash_state *s, struct str data);
struct hash hash_end(struct hash_state *s);
struct hash crypt_hmac_sha256(struct str key, struct str data);
void crypt_hmac_sha1(struct str key, struct str data, unsigned char ret[20]); /* for TOTP only */
void crypt_random(void *ret, size_t len);
bool crypt_equal(struct str a, struct str b); /* constant time for equal lengths */
void hex_write(struct buf *b, struct str bytes);
struct str hash_hex(struct arena *a, const struct hash *h); /* 64 hex characters, in the arena */
MUST_USE enum err hex_parse(struct arena *a, struct str hex, struct str *ret, struct why *why);
void base32_write(struct buf *b, struct str bytes); /* RFC 4648 without padding, for TOTP secrets */

/* A secret the logger cannot print. */
struct secret {
	struct str hidden;
};
/* argon2id, interactive limits; verifying takes the same time for unknown users when the
 * caller verifies against crypt_password_dummy(). */
MUST_USE enum err crypt_password_hash(struct arena *a, struct secret password, struct str *ret,
				      struct why *why);
bool crypt_password_verify(struct str stored, struct secret password);
struct str crypt_password_dummy(void);
/* Random URL-safe token of `bytes` random bytes (base64url without padding), in the arena. */
struct str crypt_token(struct arena *a, size_t bytes);

#define SIGN_PUBLIC_BYTES 32
#define SIGN_SECRET_BYTES 64
#define SIGN_BYTES 64
void sign_keys(unsigned char ret_public[SIGN_PUBLIC_BYTES],
	       unsigned char ret_secret[SIGN_SECRET_BYTES]); /* Ed25519 */
void sign_make(struct str message, const unsigned char secret[SIGN_SECRET_BYTES],
	       unsigned char ret[SIGN_BYTES]);
bool sign_check(struct str message, const unsigned char signature[SIGN_BYTES],
		const unsigned char public_key[SIGN_PUBLIC_BYTES]);

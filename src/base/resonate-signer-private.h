/* resonate-signer-private.h: HMAC-SHA256 with one secret
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ResonateSigner ResonateSigner;

ResonateSigner *resonate_signer_new (const char *secret);

void resonate_signer_free (ResonateSigner *self);

char *resonate_signer_sign (ResonateSigner *self, const char *text, gssize length);

gboolean resonate_signer_verify (ResonateSigner *self,
                                 const char *text,
                                 gssize length,
                                 const char *signature);

/* What is signed is @context, a newline, and @text: the same text is signed otherwise elsewhere. */
char *resonate_signer_sign_under (ResonateSigner *self,
                                  const char *context,
                                  const char *text,
                                  gssize length);

gboolean resonate_signer_verify_under (ResonateSigner *self,
                                       const char *context,
                                       const char *text,
                                       gssize length,
                                       const char *signature);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateSigner, resonate_signer_free)

G_END_DECLS

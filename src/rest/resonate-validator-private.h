/* resonate-validator-private.h: what is wrong with a body, in the words of Laravel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-json-private.h"

G_BEGIN_DECLS

typedef struct _ResonateValidator ResonateValidator;

ResonateValidator *resonate_validator_new (void);

void resonate_validator_free (ResonateValidator *self);

gboolean resonate_validator_is_missing (const ResonateJsonValue *value);

gboolean resonate_validator_is_string (const ResonateJsonValue *value);

void resonate_validator_require (ResonateValidator *self,
                                 const ResonateJsonValue *value,
                                 const char *attribute);

void resonate_validator_require_without (ResonateValidator *self,
                                         const ResonateJsonValue *value,
                                         const char *attribute,
                                         const char *other,
                                         gboolean other_missing);

void resonate_validator_check_string (ResonateValidator *self,
                                      const ResonateJsonValue *value,
                                      const char *attribute,
                                      const char *shown);

void resonate_validator_check_payload (ResonateValidator *self,
                                       const ResonateJsonValue *value,
                                       const char *attribute,
                                       const char *shown);

void resonate_validator_check_array (ResonateValidator *self,
                                     const ResonateJsonValue *value,
                                     const char *attribute);

gboolean resonate_validator_passes (ResonateValidator *self);

char *resonate_validator_dup_json (ResonateValidator *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateValidator, resonate_validator_free)

G_END_DECLS

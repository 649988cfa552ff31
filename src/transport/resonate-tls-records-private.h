/* resonate-tls-records-private.h: a socket that follows the records of TLS as they come in
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define RESONATE_TYPE_TLS_RECORDS (resonate_tls_records_get_type ())

G_DECLARE_FINAL_TYPE (
  ResonateTlsRecords, resonate_tls_records, RESONATE, TLS_RECORDS, GSocketConnection)

/* For GTlsConnection to stand on. It never closes @socket, which closes itself when nobody has it.
 */
ResonateTlsRecords *resonate_tls_records_new (GSocket *socket);

/* The handshake is over, and no other follows. To be said when no thread reads any more. */
void resonate_tls_records_end_handshake (ResonateTlsRecords *self);

G_END_DECLS

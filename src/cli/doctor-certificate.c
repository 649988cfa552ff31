/* doctor-certificate.c: for how long, and whether, browsers believe the server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "doctor.h"

/* What renews certificates by itself has done so earlier. */
#define SOON_DAYS 14

/* Returns NULL when it lives long enough. */
static char *
dup_complaint (GTlsCertificate *certificate, DoctorSeverity *severity)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) begin = g_tls_certificate_get_not_valid_before (certificate);
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (certificate);
  int left;

  if (end == NULL || begin == NULL)
    return NULL;

  *severity = DOCTOR_ERROR;
  if (g_date_time_compare (now, begin) < 0)
    return g_strdup (_ ("the certificate is not valid yet"));

  left = (int) (g_date_time_difference (end, now) / G_TIME_SPAN_DAY);
  if (g_date_time_compare (now, end) > 0)
    return g_strdup_printf (ngettext ("the certificate expired %d day ago",
                                      "the certificate expired %d days ago", -left),
                            -left);

  *severity = DOCTOR_WARNING;
  if (left < SOON_DAYS)
    return g_strdup_printf (ngettext ("the certificate expires in %d day",
                                      "the certificate expires in %d days", left),
                            left);

  return NULL;
}

static void
check_file (Doctor *self, const char *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (file, &error);
  g_autofree char *complaint = NULL;
  DoctorSeverity severity = DOCTOR_ERROR;

  complaint = certificate != NULL ? dup_complaint (certificate, &severity)
                                  : g_strdup (error->message);
  if (complaint != NULL)
    doctor_find_key (self, severity, "server", "tls-certificate", _ ("(a new certificate)"),
                     "%s: %s", file, complaint);
}

static void
check_peer (Doctor *self)
{
  DoctorSeverity severity;
  g_autofree char *complaint = dup_complaint (self->probe->certificate, &severity);
  const char *fix = resonate_config_get_tls_certificate (self->config) != NULL
                      ? "[server] tls-certificate = FILE"
                      : "ssl_certificate FILE;";

  if (complaint != NULL)
    doctor_find (self, severity, self->url, fix, "%s", complaint);
  if ((self->probe->problems & G_TLS_CERTIFICATE_BAD_IDENTITY) != 0)
    doctor_find (self, DOCTOR_ERROR, self->url, fix,
                 _ ("the certificate is for another name than that of the URL"));
  if ((self->probe->problems & G_TLS_CERTIFICATE_UNKNOWN_CA) != 0)
    doctor_find (self, DOCTOR_ERROR, self->url, fix,
                 _ ("no authority that this machine knows has signed the certificate"));
}

void
doctor_check_certificate (Doctor *self)
{
  const char *file = resonate_config_get_tls_certificate (self->config);

  if (file != NULL)
    check_file (self, file);
  if (self->probe != NULL && self->probe->certificate != NULL)
    check_peer (self);
}

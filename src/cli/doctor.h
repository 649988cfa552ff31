/* doctor.h: what is wrong with an installation, and which line would change it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../config/resonate-config-private.h"
#include "cli.h"
#include "doctor-probe.h"

typedef enum
{
  DOCTOR_NOTE, /* worth a look; nothing is wrong */
  DOCTOR_WARNING,
  DOCTOR_ERROR,
} DoctorSeverity;

typedef struct
{
  const char *check;
  DoctorSeverity severity;
  char *where; /* (nullable): `FILE:LINE`, or a file that the line is missing in */
  char *message;
  char *fix; /* (nullable): the line, or the command */
} DoctorFinding;

typedef struct
{
  Cli *cli;
  char **files; /* (nullable): the usual ones */
  char *env_file;
  char *url;    /* (nullable): as the configuration has it */
  char *origin; /* (nullable): one that the application allows */
  int pid;      /* 0: the one on the bus */

  ResonateConfig *config;
  GPtrArray *rows;     /* (nullable) (element-type ResonateConfigRow): unless it is refused */
  DoctorProbe *probe;  /* (nullable): what came of visiting the URL */
  const char *check;   /* the one that runs */
  GPtrArray *findings; /* (element-type DoctorFinding) */
} Doctor;

void doctor_init (Doctor *self, Cli *cli);

void doctor_clear (Doctor *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Doctor, doctor_clear)

void doctor_find (Doctor *self,
                  DoctorSeverity severity,
                  const char *where,
                  const char *fix,
                  const char *format,
                  ...) G_GNUC_PRINTF (5, 6);

void doctor_find_key (Doctor *self,
                      DoctorSeverity severity,
                      const char *group,
                      const char *key,
                      const char *value,
                      const char *format,
                      ...) G_GNUC_PRINTF (6, 7);

const ResonateConfigRow *doctor_get_row (Doctor *self, const char *group, const char *key);

CliStatus doctor_report (Doctor *self);

/* The checks, in the order in which they run. */

void doctor_check_config (Doctor *self);

void doctor_check_files (Doctor *self);

void doctor_check_secrets (Doctor *self);

void doctor_check_origins (Doctor *self);

void doctor_check_limits (Doctor *self);

void doctor_check_url (Doctor *self);

void doctor_check_certificate (Doctor *self);

void doctor_check_clock (Doctor *self);

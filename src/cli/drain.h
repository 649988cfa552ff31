/* drain.h: has a server let its clients go, and waits for its end
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "client.h"

CliStatus drain_run (const Cli *cli, guint timeout_ms);

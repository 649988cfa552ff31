// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later

namespace Resonate {
	[CCode (cheader_filename = "resonate.h")]
	[Version (since = "1.0")]
	public static unowned string pusher_error_to_string (int code);
}

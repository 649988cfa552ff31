/* resonate-dialogue.c: what two processes of this program say to each other in a swap
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dialogue"

#include "config.h"

#include "resonate-dialogue-private.h"

#include <errno.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../base/resonate-error.h"

/* Of the words alone: what is long is in a document. */
#define MAX_SIZE 4096

/* How long the other may leave no room for a message. */
#define ROOM_TIMEOUT_US (2 * G_USEC_PER_SEC)

/*
 * The two are one program, but not one version of it, and either may be ended by a bug or by the
 * kernel at any moment. So each message is a whole (SOCK_SEQPACKET), what is said of sockets comes
 * with them, and the end of the other is an error like any other.
 */

static const char *const words[] = { "offer", "ready", "failed",    "state", "batch",
                                     "kept",  "done",  "installed", "go",    "taken" };

void
resonate_utterance_clear (ResonateUtterance *self)
{
  for (unsigned int i = 0; i < self->n_fds; i++)
    {
      if (self->fds[i] >= 0)
        close (self->fds[i]);
    }
  self->n_fds = 0;
  g_clear_pointer (&self->argument, g_variant_unref);
}

static gboolean
fail_with_errno (const char *what, GError **error)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (code), "%s: %s", what,
               g_strerror (code));

  return FALSE;
}

/* FALSE with EAGAIN when the time is up. */
static gboolean
wait_for (GSocket *socket, short events, int64_t timeout_us)
{
  struct pollfd fd = { .fd = g_socket_get_fd (socket), .events = events };
  int64_t end_us = g_get_monotonic_time () + timeout_us;
  int n;

  do
    {
      int64_t left_us = MAX (0, end_us - g_get_monotonic_time ());

      n = poll (&fd, 1, (int) ((left_us + 999) / 1000));
    }
  while (n < 0 && errno == EINTR);

  if (n == 0)
    errno = EAGAIN;

  return n > 0;
}

/*
 * Messages
 */
gboolean
resonate_dialogue_say (GSocket *socket,
                       ResonateWord word,
                       GVariant *argument,
                       const int *fds,
                       unsigned int n_fds,
                       GError **error)
{
  g_autoptr (GVariant) message = NULL;
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE ((RESONATE_DIALOGUE_MAX_FDS + 1) * sizeof (int))];
  } control;
  struct iovec vector;
  struct msghdr envelope = { .msg_iov = &vector, .msg_iovlen = 1 };
  gssize n;

  g_return_val_if_fail (G_IS_SOCKET (socket), FALSE);
  g_return_val_if_fail (n_fds <= RESONATE_DIALOGUE_MAX_FDS + 1, FALSE);

  if (argument == NULL)
    argument = g_variant_new ("()");
  message = g_variant_ref_sink (g_variant_new ("(yv)", (guint8) word, argument));
  vector.iov_base = (gpointer) g_variant_get_data (message);
  vector.iov_len = g_variant_get_size (message);

  if (n_fds > 0)
    {
      envelope.msg_control = &control;
      envelope.msg_controllen = CMSG_SPACE (n_fds * sizeof (int));
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (n_fds * sizeof (int));
      memcpy (CMSG_DATA (&control.header), fds, n_fds * sizeof (int));
    }

  do
    n = sendmsg (g_socket_get_fd (socket), &envelope, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n < 0 &&
         (errno == EINTR || (errno == EAGAIN && wait_for (socket, POLLOUT, ROOM_TIMEOUT_US))));

  if (n < 0)
    {
      g_autofree char *what = g_strdup_printf ("Cannot say ‘%s’", words[word]);

      return fail_with_errno (what, error);
    }

  return TRUE;
}

/* Everything that came is in the utterance, and so is closed with it. */
static void
take_fds (struct msghdr *envelope, ResonateUtterance *utterance)
{
  for (struct cmsghdr *header = CMSG_FIRSTHDR (envelope); header != NULL;
       header = CMSG_NXTHDR (envelope, header))
    {
      if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
        continue;

      utterance->n_fds = (unsigned int) ((header->cmsg_len - CMSG_LEN (0)) / sizeof (int));
      memcpy (utterance->fds, CMSG_DATA (header), utterance->n_fds * sizeof (int));
    }
}

static gboolean
parse (const char *bytes, gsize size, ResonateUtterance *utterance, GError **error)
{
  g_autoptr (GBytes) copy = g_bytes_new (bytes, size);
  g_autoptr (GVariant) message = NULL;
  guint8 word;

  message = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE ("(yv)"), copy, FALSE));
  g_variant_get (message, "(yv)", &word, &utterance->argument);
  utterance->word = word;
  if (word < G_N_ELEMENTS (words))
    return TRUE;

  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_FAILED,
               "The other process says something unknown (%u)", word);

  return FALSE;
}

gboolean
resonate_dialogue_hear (GSocket *socket,
                        int64_t timeout_us,
                        ResonateUtterance *utterance,
                        GError **error)
{
  char bytes[MAX_SIZE];
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE ((RESONATE_DIALOGUE_MAX_FDS + 1) * sizeof (int))];
  } control;
  struct iovec vector = { bytes, sizeof (bytes) };
  struct msghdr envelope = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control };
  gssize n;

  g_return_val_if_fail (G_IS_SOCKET (socket), FALSE);
  g_return_val_if_fail (utterance != NULL, FALSE);

  do
    {
      envelope.msg_controllen = sizeof (control);
      n = recvmsg (g_socket_get_fd (socket), &envelope, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    }
  while (n < 0 && (errno == EINTR || (errno == EAGAIN && wait_for (socket, POLLIN, timeout_us))));

  if (n < 0 && errno != ECONNRESET)
    return fail_with_errno ("The other process does not answer", error);

  if (n <= 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                           "The other process has ended");
      return FALSE;
    }

  take_fds (&envelope, utterance);
  if ((envelope.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) != 0)
    {
      g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_LIMIT,
                           "There are not enough descriptors for what the other process sends");
      return FALSE;
    }

  return parse (bytes, (gsize) n, utterance, error);
}

gboolean
resonate_dialogue_expect (GSocket *socket,
                          ResonateWord word,
                          int64_t timeout_us,
                          ResonateUtterance *utterance,
                          GError **error)
{
  if (!resonate_dialogue_hear (socket, timeout_us, utterance, error))
    return FALSE;

  if (utterance->word == word)
    return TRUE;

  if (utterance->word == RESONATE_WORD_FAILED &&
      g_variant_is_of_type (utterance->argument, G_VARIANT_TYPE_STRING))
    g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_FAILED,
                         g_variant_get_string (utterance->argument, NULL));
  else
    g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_FAILED,
                 "The other process says ‘%s’ where ‘%s’ belongs", words[utterance->word],
                 words[word]);

  return FALSE;
}

/*
 * Documents
 */
static gboolean
write_all (int fd, const char *bytes, gsize size)
{
  while (size > 0)
    {
      gssize n = write (fd, bytes, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      bytes += n;
      size -= (gsize) n;
    }

  return TRUE;
}

int
resonate_dialogue_write (GVariant *variant, GError **error)
{
  g_autoptr (GVariant) taken = g_variant_ref_sink (variant);
  int fd = memfd_create ("resonate-swap", MFD_CLOEXEC);

  if (fd >= 0 && write_all (fd, g_variant_get_data (taken), g_variant_get_size (taken)))
    return fd;

  fail_with_errno ("Cannot write down the state", error);
  if (fd >= 0)
    close (fd);

  return -1;
}

/* What is not written as it should be reads as if it were empty, and is refused for that. */
GVariant *
resonate_dialogue_read (int fd, const char *type, GError **error)
{
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;

  file = g_mapped_file_new_from_fd (fd, FALSE, error);
  if (file == NULL)
    {
      g_prefix_error (error, "Cannot read the state: ");
      return NULL;
    }

  bytes = g_mapped_file_get_bytes (file);

  return g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (type), bytes, FALSE));
}

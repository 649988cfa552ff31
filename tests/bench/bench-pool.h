/* bench-pool.h: thousands of WebSocket clients on one epoll descriptor
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <netinet/in.h>
#include <stdint.h>

#include "bench-app.h"

#define BENCH_DEADLINE_US (60 * G_USEC_PER_SEC)

typedef enum
{
  BENCH_CONN_CONNECTING,
  BENCH_CONN_UPGRADING,
  BENCH_CONN_GREETED,
  BENCH_CONN_OPEN,
  BENCH_CONN_JOINED,
} BenchConnState;

typedef struct
{
  int fd;
  BenchConnState state;
  char socket_id[48];
  GByteArray *rest; /* (nullable) the beginning of what has not come in whole */
} BenchConn;

typedef struct BenchPool BenchPool;

typedef void (*BenchEventFunc) (BenchPool *pool, BenchConn *conn);

struct BenchPool
{
  const BenchApp *app;
  const char *channel;
  struct sockaddr_in address;
  int epoll;
  BenchConn *conns; /* (array length=n_conns) */
  unsigned int n_conns;
  uint64_t n_started;
  uint64_t n_open;
  uint64_t n_joined;
  uint64_t n_events; /* client events that arrived */
  BenchEventFunc on_event;
  void *data;
};

void
bench_pool_init (BenchPool *pool, const BenchApp *app, const char *channel, unsigned int n_conns);
void bench_pool_clear (BenchPool *pool);
void bench_pool_open (BenchPool *pool, unsigned int window);
void bench_pool_join (BenchPool *pool);
void bench_pool_wait (BenchPool *pool, const uint64_t *counter, uint64_t target, const char *what);
void bench_pool_pump (BenchPool *pool, int timeout_ms);

void bench_frame_append (GByteArray *out, const char *text);
void bench_send (int fd, const void *bytes, size_t length);

/* bench-pool.h: thousands of WebSocket clients on one epoll descriptor
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <netinet/in.h>
#include <stdint.h>

#include "bench-options.h"

typedef enum
{
  BENCH_CONN_UNUSED,
  BENCH_CONN_CONNECTING,
  BENCH_CONN_UPGRADING,
  BENCH_CONN_GREETED,
  BENCH_CONN_OPEN,
  BENCH_CONN_JOINED,
  BENCH_CONN_CLOSING,
  BENCH_CONN_ENDED,
} BenchConnState;

typedef struct
{
  int fd;
  BenchConnState state;
  char socket_id[48];
  GByteArray *rest; /* (nullable) the beginning of what has not come in whole */
} BenchConn;

typedef struct BenchPool BenchPool;

typedef void (*BenchConnFunc) (BenchPool *pool, BenchConn *conn);

struct BenchPool
{
  const BenchApp *app;
  struct sockaddr_in address;
  int epoll;
  BenchConn *conns; /* (array length=n_conns) */
  unsigned int n_conns;
  uint64_t n_started;
  uint64_t n_open;
  uint64_t n_joined;
  uint64_t n_events; /* client events that arrived */
  uint64_t n_pings;  /* of the server, all answered */
  uint64_t n_pongs;
  BenchConnFunc on_open;   /* (nullable) */
  BenchConnFunc on_joined; /* (nullable) */
  BenchConnFunc on_event;  /* (nullable) */
  BenchConnFunc on_ended;  /* (nullable): also sees a connection that was closed here end */
  void *data;
};

void bench_pool_init (BenchPool *pool, const BenchApp *app, unsigned int n_conns);
void bench_pool_clear (BenchPool *pool);
void bench_pool_open (BenchPool *pool, unsigned int window);
void bench_pool_join (BenchPool *pool, const char *channel);
void bench_pool_open_on (BenchPool *pool,
                         const BenchOptions *options,
                         unsigned int n_conns,
                         const char *channel);
void bench_pool_wait (BenchPool *pool, const uint64_t *counter, uint64_t target, const char *what);
void bench_pool_settle (BenchPool *pool, GPid pid, double still_s);
void bench_pool_pump (BenchPool *pool, int timeout_ms);

void bench_conn_start (BenchPool *pool, BenchConn *conn);
void bench_conn_join (BenchPool *pool, BenchConn *conn, const char *channel);
void bench_conn_close (BenchPool *pool, BenchConn *conn);
void bench_conn_reset (BenchPool *pool, BenchConn *conn);

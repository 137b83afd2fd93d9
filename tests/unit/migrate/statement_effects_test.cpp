// What a statement does besides changing its database: outside of it, to the session, to the transaction.
#include "lightdash/migrate/statement_effects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace lightdash::migrate {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(StatementEffects, KnowsWhatReachesOutsideItsDatabase)
{
    const std::vector<std::pair<const char*, const char*>> outside{
        {"create role a login", "CREATE ROLE"},
        {"Create User a", "CREATE ROLE"},
        {"create /* no */ group a", "CREATE ROLE"},
        {"alter role a password 'x'", "ALTER ROLE"},
        {"alter user a set work_mem = '1MB'", "ALTER ROLE … SET"},
        {"alter role all in database d reset all", "ALTER ROLE … SET"},
        {"alter role a rename to b", "ALTER ROLE"},
        {"alter group a add user b", "ALTER ROLE"},
        {"drop role if exists a, b", "DROP ROLE"},
        {"drop user a", "DROP ROLE"},
        {"grant a to b with admin option", "GRANT of a role"},
        {"revoke a from b", "GRANT of a role"},
        {"grant connect on database d to a", "GRANT ON DATABASE"},
        {"revoke all on database d from public", "GRANT ON DATABASE"},
        {"grant create on tablespace t to a", "GRANT ON TABLESPACE"},
        {"grant set on parameter work_mem to a", "GRANT ON PARAMETER"},
        {"drop owned by a", "DROP OWNED"},
        {"reassign owned by a to b", "REASSIGN OWNED"},
        {"alter system set work_mem = '1MB'", "ALTER SYSTEM"},
        {"create database d", "CREATE DATABASE"},
        {"alter database d set search_path = app", "ALTER DATABASE"},
        {"alter database d owner to a", "ALTER DATABASE"},
        {"alter database d rename to e", "ALTER DATABASE"},
        {"alter database d connection limit 3", "ALTER DATABASE"},
        {"drop database d", "DROP DATABASE"},
        {"create tablespace t location '/x'", "CREATE TABLESPACE"},
        {"alter tablespace t set (seq_page_cost = 1)", "ALTER TABLESPACE"},
        {"alter tablespace t rename to u", "ALTER TABLESPACE"},
        {"drop tablespace t", "DROP TABLESPACE"},
        {"create subscription s connection '' publication p", "CREATE SUBSCRIPTION"},
        {"alter subscription s disable", "ALTER SUBSCRIPTION"},
        {"drop subscription s", "DROP SUBSCRIPTION"},
        {"comment on role a is 'x'", "COMMENT ON ROLE"},
        {"comment on database d is 'x'", "COMMENT ON DATABASE"},
        {"security label on role a is 'x'", "SECURITY LABEL ON ROLE"},
        {"copy t to program 'mail'", "COPY … TO PROGRAM"},
        {"copy t from program 'curl'", "COPY … FROM PROGRAM"},
        {"copy (select 1) to '/tmp/x'", "COPY … TO a file"},
        {"update pg_catalog.pg_database set datallowconn = false", "a change of pg_database"},
        {"delete from pg_authid", "a change of pg_authid"},
        {"select pg_create_logical_replication_slot('a', 'pgoutput')", "pg_create_logical_replication_slot()"},
        {"select pg_drop_replication_slot(slot_name) from pg_replication_slots", "pg_drop_replication_slot()"},
        {"insert into t select 1 from dblink_exec('dbname=live', 'drop table x')", "dblink_exec()"},
        {"with x as (select lo_export(1, '/tmp/x')) select 1", "lo_export()"},
        {"select pg_reload_conf()", "pg_reload_conf()"},
        // Syntax that came after the parser: its first words.
        {"alter role a set work_mem = '1MB' for the next hour", "ALTER ROLE"},
    };
    for (const auto& [text, what] : outside)
        EXPECT_EQ(effects_of(text).outside, what) << text;
}

TEST(StatementEffects, LeavesAloneWhatStaysInsideItsDatabase)
{
    for (const auto* inside : {"create table roles (role text)",
                               "grant select on t to a",
                               "grant usage on schema app to a",
                               "revoke all on all tables in schema public from a",
                               "alter default privileges grant select on tables to a",
                               "create user mapping for a server s",
                               "alter user mapping for a server s options (set user 'b')",
                               "drop user mapping for a server s",
                               "alter table t owner to a",
                               "comment on table t is 'alter role'",
                               "insert into t values ('alter role a')",
                               "select 'create database d'",
                               "copy t from '/tmp/x'",
                               "copy t to stdout",
                               "create table t (a int) tablespace fast",
                               "set role a",
                               "create schema a authorization b",
                               "create publication p for all tables",
                               "select pg_size_pretty(1), pg_get_userbyid(10)",
                               "do $$ begin raise notice 'alter role'; end $$",
                               "-- alter role a\nselect 1",
                               "alter view database rename to x",
                               "create policy p on t to a",
                               "update app.pg_tables set a = 1",
                               ""})
        EXPECT_EQ(effects_of(inside).outside, "") << inside;
}

TEST(StatementEffects, LooksIntoDoBlocksAndWhatTheyExecute)
{
    const auto guarded = effects_of("do $$ begin if not exists (select from pg_roles where rolname = 'a') then\n"
                                    "create role a; end if; end $$");
    EXPECT_EQ(guarded.outside, "CREATE ROLE");
    EXPECT_TRUE(guarded.outside_is_all);
    EXPECT_TRUE(guarded.outside_rolls_back);
    EXPECT_EQ(effects_of("do $$ begin execute 'alter role a password ''x'''; end $$").outside, "ALTER ROLE");
    EXPECT_EQ(effects_of("do $$ begin execute 'alter role ' || quote_ident('a') || ' login'; end $$").outside,
              "ALTER ROLE");
    EXPECT_EQ(effects_of("do $$ begin execute format('alter database %I set work_mem = 1', current_database()); end $$")
                  .outside,
              "ALTER DATABASE");
    EXPECT_EQ(effects_of("do $$ begin perform dblink_exec('x', 'y'); end $$").outside, "dblink_exec()");
    EXPECT_EQ(effects_of("do $$ declare n int := dblink_connect('x'); begin end $$").outside, "dblink_connect()");
    EXPECT_EQ(effects_of("do $$ begin execute 'do $x$ begin create role a; end $x$'; end $$").outside, "CREATE ROLE");
    EXPECT_EQ(effects_of("do language plpython3u $$ plpy.execute('alter system set x = 1') $$").outside,
              "ALTER SYSTEM");
    const auto mixed = effects_of("do $$ begin create role a; create table t (a int); end $$");
    EXPECT_EQ(mixed.outside, "CREATE ROLE");
    EXPECT_FALSE(mixed.outside_is_all);
}

TEST(StatementEffects, FollowsRoutinesByName)
{
    const auto made = effects_of("create or replace function app.rotate() returns void language plpgsql as $$\n"
                                 "begin execute 'alter role app password ''x'''; end $$");
    EXPECT_EQ(made.outside, "") << "making it changes nothing yet";
    EXPECT_EQ(made.outside_routine, "rotate");
    const std::set<std::string> known{made.outside_routine};
    EXPECT_THAT(effects_of("select app.rotate()", known).outside, StartsWith("rotate()"));
    EXPECT_THAT(effects_of("do $$ begin perform rotate(); end $$", known).outside, StartsWith("rotate()"));
    EXPECT_THAT(effects_of("call rotate()", known).outside, StartsWith("rotate()"));
    EXPECT_THAT(effects_of("create trigger t after insert on t execute function rotate()", known).outside,
                StartsWith("rotate()"));
    EXPECT_EQ(effects_of("select rotate.x from rotate", known).outside, "");
    EXPECT_EQ(effects_of("create function f() returns int language sql as 'select pg_switch_wal(); select 1'")
                  .outside_routine,
              "f");
    EXPECT_EQ(effects_of("create function f() returns int language sql as 'select 1'").outside_routine, "");
}

TEST(StatementEffects, SaysWhatARollbackDoesNotTakeBack)
{
    EXPECT_TRUE(effects_of("alter role a password 'x'").outside_rolls_back);
    EXPECT_TRUE(effects_of("alter database d set work_mem = '1MB'").outside_rolls_back);
    EXPECT_FALSE(effects_of("copy t to program 'mail'").outside_rolls_back);
    EXPECT_FALSE(effects_of("select dblink_exec('x', 'y')").outside_rolls_back);
    EXPECT_FALSE(effects_of("do $$ begin create role a; perform pg_reload_conf(); end $$").outside_rolls_back);
}

TEST(StatementEffects, KnowsWhatLastsOnTheSession)
{
    const std::vector<std::pair<const char*, const char*>> lasting{
        {"set search_path = app, public", "SET search_path"},
        {"set session search_path to app", "SET search_path"},
        {"set schema 'app'", "SET search_path"},
        {"set time zone 'UTC'", "SET timezone"},
        {"set names 'utf8'", "SET client_encoding"},
        {"set role a", "SET ROLE"},
        {"set role none", "SET ROLE"},
        {"reset role", "RESET ROLE"},
        {"set session authorization a", "SET SESSION AUTHORIZATION"},
        {"reset session authorization", "RESET SESSION AUTHORIZATION"},
        {"set session characteristics as transaction read only", "SET SESSION CHARACTERISTICS"},
        {"reset all", "RESET ALL"},
        {"reset work_mem", "RESET work_mem"},
        {"discard all", "DISCARD"},
        {"discard temp", "DISCARD"},
        {"select set_config('search_path', 'app', false)", "set_config()"},
        {"select pg_catalog.set_config('search_path', '', false)", "set_config()"},
        {"select set_config('search_path', x, y) from z", "set_config()"},
        {"do $$ begin perform set_config('a.b', 'c', false); end $$", "set_config()"},
        {"do $$ begin set work_mem = '1MB'; end $$", "SET work_mem"},
        {"listen news", "LISTEN"},
        {"unlisten *", "UNLISTEN"},
        {"prepare p as select 1", "PREPARE"},
        {"deallocate all", "DEALLOCATE"},
        {"load 'auto_explain'", "LOAD"},
        {"create temp table t (a int)", "a temporary table, view or sequence"},
        {"create temporary view v as select 1", "a temporary table, view or sequence"},
        {"create temp sequence s", "a temporary table, view or sequence"},
        {"create temp table t as select 1", "a temporary table, view or sequence"},
        {"create table pg_temp.t (a int)", "a temporary table, view or sequence"},
        {"select 1 as a into temp t", "a temporary table, view or sequence"},
        {"declare c cursor with hold for select 1", "DECLARE … WITH HOLD"},
        {"select pg_advisory_lock(1)", "pg_advisory_lock()"},
    };
    for (const auto& [text, what] : lasting)
        EXPECT_EQ(effects_of(text).session, what) << text;
    for (const auto* brief :
         {"set local search_path = app", "set transaction read only", "set constraints all deferred",
          "select set_config('search_path', 'app', true)", "create table t (a int)", "select 'set role a'",
          "update t set a = 1", "declare c cursor for select 1", "select pg_advisory_xact_lock(1)",
          "alter table t set (fillfactor = 70)", "alter role a set work_mem = '1MB'",
          "create function f() returns int language sql set search_path = app as 'select 1'", "select 1 as a into t"})
        EXPECT_EQ(effects_of(brief).session, "") << brief;
}

TEST(StatementEffects, KnowsWhatGivesAnotherSessionTheSameWhenItIsRunAgain)
{
    for (const auto* again :
         {"set search_path = app", "reset all", "discard all", "listen news", "prepare p as select 1", "deallocate all",
          "load 'auto_explain'", "select set_config('search_path', 'app', false)", "select pg_advisory_lock(1)"})
        EXPECT_TRUE(effects_of(again).session_is_all) << again;
    for (const auto* more :
         {"do $$ begin perform set_config('a.b', 'c', false); end $$", "create temp table t (a int)",
          "select set_config('a.b', 'c', false) as x into t", "insert into t select set_config('a.b', 'c', false)",
          "with x as (insert into t values (1)) select set_config('a.b', 'c', false)",
          "declare c cursor with hold for select 1", "select 1", "set local search_path = app"})
        EXPECT_FALSE(effects_of(more).session_is_all) << more;
}

TEST(StatementEffects, KnowsWhatPostgresqlRefusesInsideATransaction)
{
    using enum in_transaction;
    for (const auto* alone : {"vacuum",
                              "VACUUM (analyze) users",
                              "vacuum full users",
                              "CREATE UNIQUE INDEX /* of /* many */ */ CONCURRENTLY if not exists x on t (a)",
                              "drop index -- later\n concurrently x",
                              "reindex (verbose) table concurrently users",
                              "reindex database x",
                              "reindex schema x",
                              "reindex (concurrently) index x",
                              "alter table a detach partition b concurrently",
                              "alter system set a = 1",
                              "create database x",
                              "drop database x",
                              "create tablespace x location '/'",
                              "drop tablespace x",
                              "cluster",
                              "alter database x set tablespace y",
                              "discard all",
                              "create subscription s connection '' publication p",
                              "alter subscription s refresh publication",
                              "alter subscription s set publication a",
                              "drop subscription s",
                              "commit prepared 'x'"})
        EXPECT_EQ(effects_of(alone).transaction, refused) << alone;
    for (const auto* depends :
         {"call p()", "reindex table users", "reindex index i", "cluster users using i",
          "do $$ begin insert into t values (1); commit; end $$", "do $$ begin call p(); end $$",
          "do $$ begin rollback; end $$", "select pg_create_logical_replication_slot('a', 'pgoutput')"})
        EXPECT_EQ(effects_of(depends).transaction, may_be_refused) << depends;
    for (const auto* inside :
         {"select 'create index concurrently'", "create index \"concurrently\" on t (a)", "create table vacuum (a int)",
          "refresh materialized view concurrently v", "analyze users", "alter table a detach partition b", "",
          "alter table a detach partition b finalize",
          "create subscription s connection '' publication p with "
          "(connect = false)",
          "alter subscription s set publication a with (refresh = false)", "discard temp",
          "alter type mood add value 'x'", "do $$ begin perform 1; end $$", "alter database x set work_mem = '1MB'"})
        EXPECT_EQ(effects_of(inside).transaction, works) << inside;
}

} // namespace
} // namespace lightdash::migrate

import { execFileSync } from 'node:child_process'
import { where } from '../../../../../test/needs.ts'
import type { DatabaseSpec } from '../backup-plan.ts'

/** A database server of the lab, spoken to by its own client, so that what is tested does not test itself. */
export interface Server {
  readonly engine: DatabaseSpec['engine']
  spec(name: string): DatabaseSpec
  /** Rows as text, columns by tabs. */
  ask(sql: string, database?: string): string
  databases(): string[]
  /** Fills a database with tables, blobs, text of four-byte characters, views, triggers and functions. */
  readonly sample: string
  /** Everything that a restore has to bring back, as text. */
  readonly look: readonly string[]
}

const url = (need: 'mariadb' | 'postgres'): URL => new URL(where(need))

export function mariadb(): Server {
  const { hostname, port, password } = url('mariadb')
  const base = ['--no-defaults', '--protocol=tcp', `-h${hostname}`, `-P${port}`, '-uroot', `-p${password}`, '-N', '-B']
  const ask = (sql: string, database?: string): string =>
    execFileSync('mariadb', [...base, '--default-character-set=utf8mb4', ...(database ? [`-D${database}`] : [])], {
      input: sql,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
  return {
    engine: 'mysql',
    spec: (name) => ({
      name,
      engine: 'mysql',
      host: hostname,
      port: Number(port),
      username: 'root',
      password,
      service: null,
    }),
    ask,
    databases: () => ask('show databases').trim().split('\n'),
    sample: `
      create table items (id int primary key auto_increment, name varchar(200), note text, data blob, made datetime(6),
        price decimal(10,2), twice decimal(12,2) as (price * 2) stored) character set utf8mb4;
      insert into items (name, note, data, made, price)
        select concat('item ', seq, ' 🛒 ü'), concat('it''s a "note"; (', seq, ') \\\\ \\n'), unhex(sha2(seq, 512)), '2026-02-15 14:30:00.123456', seq / 7
        from seq_1_to_50000;
      create table \`odd \`\`name\` (\`a b\` int, k varchar(50)) comment 'DELIMITER ;;';
      insert into \`odd \`\`name\` values (1, 'INSERT INTO \`x\` VALUES (1),(2);'), (2, null), (3, '-- Dump completed');
      create table nothing (id int);
      create table log (item int, at timestamp default current_timestamp);
      create view cheap as select id, name from items where price < 10;
      delimiter //
      create trigger noted after insert on items for each row begin insert into log (item) values (new.id); end//
      create procedure fill() begin
INSERT INTO \`nothing\` VALUES
(1),(2);
      end//
      create function half(n int) returns int deterministic return n / 2//
      create event sweeper on schedule every 1 day do delete from log//
      delimiter ;`,
    look: [
      'checksum table items, `odd ``name`, nothing, log extended',
      'select id, name, note, hex(data), made, price, twice from items where id % 997 = 0',
      'select * from `odd ``name` order by 1',
      'select count(*), min(name) from cheap',
      'select trigger_name, action_statement from information_schema.triggers where trigger_schema = database() order by 1',
      'select routine_name, routine_definition from information_schema.routines where routine_schema = database() order by 1',
      'select event_name, event_definition, status from information_schema.events where event_schema = database()',
      'select default_character_set_name, default_collation_name from information_schema.schemata where schema_name = database()',
      'select half(8)',
    ],
  }
}

export function postgres(): Server {
  const { hostname, port, username } = url('postgres')
  const ask = (sql: string, database = 'postgres'): string =>
    execFileSync(
      'psql',
      [
        '-X',
        '-q',
        '-A',
        '-t',
        '-v',
        'ON_ERROR_STOP=1',
        '-h',
        hostname,
        '-p',
        port,
        '-U',
        username,
        '-d',
        database,
        '-f',
        '-',
      ],
      {
        input: sql,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      },
    )
  return {
    engine: 'postgres',
    spec: (name) => ({
      name,
      engine: 'postgres',
      host: hostname,
      port: Number(port),
      username,
      service: null,
      password: 'pg:secret\\of the lab',
    }),
    ask,
    databases: () => ask('select datname from pg_database').trim().split('\n'),
    sample: `
      create table items (id serial primary key, name text, note text, data bytea, made timestamptz, price numeric(10,2));
      insert into items (name, note, data, made, price)
        select 'item ' || n || ' 🛒 ü', E'line\\n\\\\.\\n\\ttab ' || n, sha512(n::text::bytea), '2026-02-15 14:30:00.123456+00', n / 7.0
        from generate_series(1, 50000) n;
      create schema "odd ""schema";
      create table "odd ""schema"."Odd Table" ("a b" int, k text);
      insert into "odd ""schema"."Odd Table" values (1, 'COPY items (id) FROM stdin;'), (2, null), (3, E'\\\\.');
      create table nothing (id int);
      create table log (item int);
      create table parts (id int, day date) partition by range (day);
      create table parts_2026 partition of parts for values from ('2026-01-01') to ('2027-01-01');
      insert into parts select n, '2026-03-01' from generate_series(1, 100) n;
      create view cheap as select id, name from items where price < 10;
      create materialized view total as select count(*) as n from items;
      create function note() returns trigger language plpgsql as $$ begin insert into log values (new.id); return new; end $$;
      create trigger noted after insert on items for each row execute function note();
      select setval('items_id_seq', 70000);`,
    look: [
      'select md5(string_agg(i::text, chr(10) order by id)) from items i',
      'select t::text from "odd ""schema"."Odd Table" t order by 1',
      'select count(*), min(name) from cheap',
      'select n from total',
      'select count(*) from parts_2026',
      "select nextval('items_id_seq') > 70000",
      'select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal',
      "select pg_get_functiondef('note'::regproc)",
      'select unnest(datacl)::text from pg_database where datname = current_database() order by 1',
      'select setconfig::text from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase where datname = current_database()',
    ],
  }
}

import { describe, expect, it } from 'vitest'
import { MysqlRows } from './count-mysql.ts'
import { PostgresRows } from './count-postgres.ts'

const mysql = `-- MariaDB dump
CREATE TABLE \`a\` (
  \`id\` int
);
INSERT INTO \`a\` VALUES
(1,'x;(y)\\'),(','it''s'),
(2,NULL,0x2829);
INSERT INTO \`a\` VALUES (3,'one line'),(4,'\\\\'),(5,'(((');
CREATE TABLE \`odd \`\`name ü\` (
  \`x\` int
);
INSERT INTO \`odd \`\`name ü\` (\`x\`, \`y (z)\`) VALUES (1,2);
CREATE TABLE \`empty\` (
DELIMITER ;;
CREATE PROCEDURE p() BEGIN
INSERT INTO \`empty\` VALUES (1),(2);
END ;;
DELIMITER ;
-- Dump completed
`
const postgres = `--
COPY public.a (id, "b (c") FROM stdin;
1\tx
2\t\\\\.
3\t\\N
\\.

COPY "odd ""schema"."Odd ü" (id) FROM stdin;
1
\\.

COPY public.empty (id) FROM stdin;
\\.

-- PostgreSQL database dump complete
`

describe('rows counted in a dump', () => {
  it.each([
    ['mysql', () => new MysqlRows(), mysql, { a: 5, 'odd `name ü': 1, empty: 0 }],
    ['postgres', () => new PostgresRows(), postgres, { 'public.a': 3, '"odd ""schema"."Odd ü"': 1, 'public.empty': 0 }],
  ] as const)('of %s, wherever the stream is cut', (_name, make, dump, expected) => {
    const bytes = Buffer.from(dump)
    for (const size of [1, 2, 3, 5, 7, 64, 1000, bytes.length]) {
      const rows = make()
      for (let at = 0; at < bytes.length; at += size) rows.add(bytes.subarray(at, at + size))
      expect(rows.tables, `chunks of ${size}`).toEqual(expected)
    }
  })
})

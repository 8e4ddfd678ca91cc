import { expect, it } from 'vitest';
import { findServiceUser } from './server-account.js';

const root = 'root:x:0:0:root:/root:/bin/bash';
const nobody = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin';
const postgres = 'postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash';

it('prefers the user postgres, takes nobody otherwise, and never root', () => {
  expect(findServiceUser([root, nobody, postgres].join('\n'))).toEqual({ uid: 101, gid: 104 });
  expect(findServiceUser([root, nobody].join('\n'))).toEqual({ uid: 65534, gid: 65534 });
  expect(() => findServiceUser(root)).toThrow('start Binnacle as an ordinary user');
});
